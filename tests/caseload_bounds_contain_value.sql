-- Each share and metric of the wide table lies within its bounds; the metrics are those of dbt_project.yml.
{{ test_bounds_contain_value(ref('fct_caseload'), ['outcome_share', 'timely_share'] + var('metrics') | list, 'caseload_key') }}
