-- Every list of our own and every printed table is as it was when somebody read it last. A wrong half-width, break or mapping would look
-- like a right one, and figures can be changed so that all control totals hold: so each seed has a fingerprint, whatever the order of its
-- rows, that changes with every change and that one writes down after having read it. The controls need none: the rest must agree with them.
{% set seeds = [] %}
{% for list in [
    'breaks', 'chapter_publications', 'check_parts', 'checks', 'derived_products', 'editions', 'external_totals', 'footnote_marks',
    'footnotes', 'measures', 'nationalities', 'printed_labels', 'printed_nationalities', 'products', 'rounding_exceptions', 'series'
] %}
{% do seeds.append(('reference', list)) %}
{% endfor %}
{% for edition, chapters in var('editions').items() %}
{% for chapter in chapters %}
{% do seeds.append(('jaarcijfers_' ~ edition, 'jaarcijfers_' ~ edition ~ '_' ~ chapter)) %}
{% endfor %}
{% endfor %}
with found as (

    {% for folder, seed in seeds %}
    select
        '{{ folder }}' as folder,
        '{{ seed }}' as seed_name,
        left(md5(string_agg(to_json(entries)::varchar, chr(10) order by to_json(entries)::varchar)), 12) as fingerprint
    from {{ ref(seed) }} as entries -- noqa: AL05
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

)

select
    case
        when found.fingerprint is null
            then
                'seeds/reference/control_fingerprints.csv: ' || seed_name || ' is no printed table or list that has a fingerprint; correct the'
                || ' name, or take the line out'
        when control_fingerprints.fingerprint is null
            then
                'seeds/' || folder || '/' || seed_name || '.csv: its fingerprint is ' || found.fingerprint || ', and'
                || ' seeds/reference/control_fingerprints.csv has none; compare the file with its source, then write the fingerprint there'
        else
            'seeds/' || folder || '/' || seed_name || '.csv: its fingerprint is ' || found.fingerprint || ', but '
            || control_fingerprints.fingerprint || ' was written down when it was last read; read what changed in it (git diff), then'
            || ' take it back, or write the new fingerprint into seeds/reference/control_fingerprints.csv'
    end as message
from found
full join {{ ref('control_fingerprints') }} as control_fingerprints using (seed_name)
where found.fingerprint is distinct from control_fingerprints.fingerprint
{% for node in graph.nodes.values() if node.resource_type == 'seed' and not node.name.startswith('control_') %}
{% if node.name not in seeds | map(attribute=1) %}

union all

select '{{ node.original_file_path }}: it has no fingerprint yet; name it in tests/control_fingerprints.sql' as message
{% endif %}
{% endfor %}
