-- The table macros that the published file carries, for common questions in a few words. They name tables without their database,
-- so that they work in whatever name the file is attached under.

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
where
    database_name = current_database()
    and not internal
    and case
        when replace(lower(of_table), 'marts.', '') in (
            select named.table_name from duckdb_tables() as named where named.database_name = current_database()
        )
            then table_name = replace(lower(of_table), 'marts.', '')
        else error('There is no table ' || of_table || '; from list_tables(); lists those of the schema marts.')
    end
order by schema_name, column_index;

comment on macro table main.list_columns is
'The columns of a table with their comments: unit, stock or flow, meaning of null, source. Example: from list_columns(''fct_caseload'');';

create or replace macro main.find(words) as table
with named as (

    select 1 as position, 'product' as kind, product_code as code, name_nl, name_en, concat_ws(' ', note_nl, note_en) as notes
    from marts.dim_products
    union all
    select 2 as position, 'series' as kind, series_code as code, name_nl, name_en, concat_ws(' ', note_nl, note_en) as notes
    from marts.dim_series
    union all
    select 3 as position, 'metric' as kind, metric_code as code, name_nl, name_en, concat_ws(' ', description, caveat) as notes
    from marts.dim_metrics

),

plain as (

    select
        *,
        strip_accents(lower(concat_ws(' ', code, name_nl, name_en))) as names,
        strip_accents(lower(concat_ws(' ', code, name_nl, name_en, notes))) as texts
    from named

),

asked as (

    select unnest(string_split(strip_accents(lower(trim(words))), ' ')) as word

),

-- every word, anywhere; what has them all in its name comes first
matched as (

    select
        plain.kind,
        plain.code,
        plain.name_nl,
        plain.name_en,
        plain.position,
        bool_and(contains(plain.names, asked.word)) as in_names
    from plain
    cross join asked
    group by plain.kind, plain.code, plain.name_nl, plain.name_en, plain.position
    having bool_and(contains(plain.texts, asked.word))

)

select
    kind,
    code,
    name_nl,
    name_en
from matched
order by in_names desc, position, code;

comment on macro table main.find is
'Products, series and metrics that have some words, Dutch or English, in code, name or notes; their codes are for the other macros. Example: from find(''nareis'');';

create or replace macro main.product(of_product) as table
select
    reference_year as year,
    applications,
    decisions,
    pending,
    backlog_change,
    outcome_share,
    timely_share
from marts.fct_caseload
where
    case
        when lower(trim(of_product)) in (select known.product_code from marts.fct_caseload as known)
            then product_code = lower(trim(of_product))
        else error('There is no procedure ' || of_product || ' with applications and decisions; from find(''...''); finds codes.')
    end
order by reference_year;

comment on macro table main.product is
'One procedure through the years; from notes(...) says what to know before you compare them. Example: from product(''asylum_track_4'');';

create or replace macro main.notes(of_product) as table
with told as (

    select 1 as position, product_code, product_code as about, null::integer as year, note_nl, note_en
    from marts.dim_products
    union all
    select 2 as position, product_code, series_code as about, null::integer as year, note_nl, note_en
    from marts.dim_series
    union all
    select 3 as position, product_code, series_code as about, reference_year as year, note_nl, note_en
    from marts.dim_breaks

)

select
    about,
    year,
    note_nl,
    note_en
from told
where
    note_en is not null
    and case
        when lower(trim(of_product)) in (select known.product_code from marts.dim_products as known)
            then product_code = lower(trim(of_product))
        else error('There is no product ' || of_product || '; from find(''...''); finds codes.')
    end
order by position, about, year;

comment on macro table main.notes is
'What to know of a product and its series, and the years in which law or registration changed. Example: from notes(''asylum_track_4'');';

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
    case
        when lower(trim(of_metric)) in (select known.metric_code from marts.dim_metrics as known)
            then metric_code = lower(trim(of_metric))
        else error('There is no metric ' || of_metric || '; from marts.dim_metrics; lists them.')
    end
    and reference_year = coalesce(of_year, (select max(edition_year) filter (where not is_partial) from marts.dim_editions))
order by value desc, product_code;

comment on macro table main.metric is
'One metric across products with its bounds, of the newest whole edition or of a year of your choice; asylum_tracks is the sum of three others. Example: from metric(''backlog_change'', of_year := 2022);';

create or replace macro main.provenance(of_series, of_year) as table
select
    edition_year,
    reference_year,
    printed_value,
    row_label,
    table_label,
    chapter_label,
    publication,
    address
from marts.fct_observations
where
    case
        when lower(trim(of_series)) in (select known.series_code from marts.dim_series as known)
            then series_code = lower(trim(of_series))
        else error('There is no printed series ' || of_series || '; from find(''...''); finds codes.')
    end
    and reference_year = of_year
order by edition_year;

comment on macro table main.provenance is
'Where a figure is printed, edition by edition, word for word. Example: from provenance(''students.applications'', 2021);';
