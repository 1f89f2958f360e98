-- Our own lists hold what somebody read last. A wrong half-width, break or mapping would look like a right one, so each list has a
-- fingerprint, whatever the order of its rows, that changes with every change and that one writes down after having read it.
{%- set lists = [
    'breaks', 'chapter_publications', 'check_parts', 'checks', 'derived_products', 'editions', 'external_totals', 'footnote_marks',
    'footnotes', 'measures', 'nationalities', 'printed_labels', 'printed_nationalities', 'products', 'rounding_exceptions', 'series'
] %}
with found as (

    {% for list in lists %}
    select
        '{{ list }}' as list_name,
        left(md5(string_agg(to_json(entries)::varchar, chr(10) order by to_json(entries)::varchar)), 12) as fingerprint
    from {{ ref(list) }} as entries -- noqa: AL05
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

)

select
    'seeds/reference/' || list_name || '.csv: its fingerprint is ' || coalesce(found.fingerprint, 'missing') || ', but '
    || coalesce(control_lists.fingerprint, 'none') || ' was written down when it was last read; read what changed in it, then write'
    || ' the new fingerprint into seeds/reference/control_lists.csv' as message
from found
full join {{ ref('control_lists') }} as control_lists using (list_name)
where found.fingerprint is distinct from control_lists.fingerprint
