{% macro create_macros() -%}
create or replace macro main.list_tables() as table
select
    table_name,
    estimated_size as table_rows,
    replace(split_part(comment, chr(10) || chr(10), 1), chr(10), ' ') as what_it_is
from duckdb_tables()
where database_name = current_database() and schema_name = 'marts'
order by table_name;

comment on macro table main.list_tables is
'The tables of the schema marts, each with the first words of its comment. Example: from list_tables();';

create or replace macro main.list_columns(of_table) as table
select
    column_name,
    data_type,
    comment as what_it_is
from duckdb_columns()
where database_name = current_database() and table_name = of_table and not internal
order by column_index;

comment on macro table main.list_columns is
'The columns of a table with their comments: unit, stock or flow, meaning of null, source. Example: from list_columns(''fct_caseload'');';

create or replace macro main.find(words) as table
select
    kind,
    code,
    name_nl,
    name_en
from (
    select 1 as position, 'product' as kind, product_code as code, name_nl, name_en from marts.dim_products
    union all
    select 2 as position, 'series' as kind, series_code as code, name_nl, name_en from marts.dim_series
    union all
    select 3 as position, 'metric' as kind, metric_code as code, name_nl, name_en from marts.dim_metrics
) as named
where contains(strip_accents(lower(concat_ws(' ', code, name_nl, name_en))), strip_accents(lower(words)))
order by position, code;

comment on macro table main.find is
'Products, series and metrics whose code or name, Dutch or English, holds some words; use their codes in the other macros. Example: from find(''nareis'');';

create or replace macro main.product(of_product) as table
select
    reference_year,
    applications,
    decisions,
    pending,
    backlog_change,
    decision_to_application_ratio as ratio,
    decision_to_application_ratio_lower as ratio_lower,
    decision_to_application_ratio_upper as ratio_upper,
    outcome_share,
    timely_share,
    note_en,
    break_note_en
from marts.fct_caseload
where product_code = of_product
order by reference_year;

comment on macro table main.product is
'One caseload product through the years; ratio is decisions per application. Read the notes before you compare. Example: from product(''asylum_track_4'');';

create or replace macro main.metric(of_metric, of_year := null) as table
select
    product_code,
    reference_year,
    value,
    value_lower,
    value_upper,
    unit
from marts.fct_metrics
where
    metric_code = of_metric
    and reference_year = coalesce(of_year, (select max(edition_year) filter (where not is_partial) from marts.dim_editions))
order by value desc;

comment on macro table main.metric is
'One metric across products with its bounds, of the newest whole edition or of a year of your choice; asylum_tracks is the sum of three others. Example: from metric(''backlog_change'', of_year := 2022);';

create or replace macro main.provenance(of_series, of_year) as table
select
    edition_year,
    publication,
    chapter_label,
    table_label,
    row_label,
    reference_year,
    printed_value,
    value,
    is_current,
    footnote_numbers,
    address
from marts.fct_observations
where series_code = of_series and reference_year = of_year
order by edition_year;

comment on macro table main.provenance is
'Where a figure is printed, edition by edition, word for word. Example: from provenance(''students.applications'', 2021);';
{%- endmacro %}
