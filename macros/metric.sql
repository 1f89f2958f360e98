{% macro metric(metric_code) -%}
    {%- set metric = var('metrics')[metric_code] -%}
    {#- a metric of two years compares two stocks of one edition, not the newest stock with the newest of the year before -#}
    {%- set stock = 'compared_pending' if 'pending_previous' in metric.falls_with else 'pending' -%}
    {{ bounded(
        metric_code,
        modules.re.sub('\\bpending', stock, metric.formula),
        metric.rises_with | map('replace', 'pending', stock) | list,
        metric.falls_with | map('replace', 'pending', stock) | list
    ) }}
{%- endmacro %}
