{% macro metric(metric_code) -%}
    {%- set metric = var('metrics')[metric_code] -%}
    {#- a metric over two years compares stocks from one edition, not the newest figure of each year -#}
    {%- set stock = 'compared_pending' if 'pending_previous' in metric.falls_with else 'pending' -%}
    {{ bounded(
        metric_code,
        modules.re.sub('\\bpending', stock, metric.formula),
        metric.rises_with | map('replace', 'pending', stock) | list,
        metric.falls_with | map('replace', 'pending', stock) | list
    ) }}
{%- endmacro %}
