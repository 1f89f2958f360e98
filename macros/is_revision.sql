{% macro is_revision(value, half_width, other, other_half_width) -%}
    (
        {{ value }} is distinct from {{ other }}
        -- rounded to the same step they differ, or a dash stands for a figure; rounded to different steps they may be the same number
        and coalesce({{ half_width }} = {{ other_half_width }} or abs({{ value }} - {{ other }}) > {{ half_width }} + {{ other_half_width }}, true)
    )
{%- endmacro %}
