-- Every share and metric in fct_caseload lies within its bounds; the metrics are those in dbt_project.yml.
{{ test_bounds_contain_value(ref('fct_caseload'), ['outcome_share', 'timely_share'] + var('metrics') | list, 'caseload_key') }}
