{#- Macros in the published file for common questions; those that format figures are in create_formatters.sql. They name tables
    without the database, so that they work under whatever name the file is attached. -#}
{% macro create_macros(identity) -%}
-- With several files attached, a macro reads the tables of the current one, whichever file holds the macro.

create or replace macro main.this_file() as '{{ identity }}';

comment on macro main.this_file is
'Identifies the figures in this file: it differs between builds with different figures. Example: select this_file();';

create or replace macro main.asked_here(asked) as
case
    when asked = this_file() then true
    else error(concat(
        'This macro belongs to a different file from the current database, ', current_database(), ', whose figures it would show. ',
        'Type use <name of its file>; first, or query its tables.'
    ))
end;

comment on macro main.asked_here is
'True if the current database is the one that holds the macro, else an error. Example: select asked_here(this_file());';

create or replace macro main.nearest(asked, codes) as (
    select string_agg(near.code, ', ' order by near.likeness desc, near.code)
    from (
        select known.code, jaro_winkler_similarity(known.code, coalesce(lower(trim(asked)), '')) as likeness
        from (select unnest(codes) as code) as known
        order by likeness desc, known.code
        limit 6
    ) as near
);

comment on macro main.nearest is
'The six codes of a list that look most like a text. Example: select nearest(''family'', [''family.pending'', ''students'']);';

create or replace macro main.list_tables() as table
select
    table_name,
    estimated_size as table_rows,
    replace(split_part(comment, chr(10) || chr(10), 1), chr(10), ' ') as what_it_is
from duckdb_tables()
where asked_here('{{ identity }}') and database_name = current_database() and schema_name = 'marts'
order by table_name;

comment on macro table main.list_tables is
'The tables of the schema marts, each with the start of its comment. Example: from list_tables();';

create or replace macro main.list_columns(of_table) as table
select
    column_name,
    data_type,
    comment as what_it_is
from duckdb_columns()
where
    asked_here('{{ identity }}')
    and database_name = current_database()
    and schema_name in ('marts', 'raw')
    and case
        when lower(trim(of_table)) in (
            select unnest([named.table_name, named.schema_name || '.' || named.table_name])
            from duckdb_tables() as named
            where named.database_name = current_database()
        )
            then lower(trim(of_table)) in (table_name, schema_name || '.' || table_name)
        else error(concat(
            'There is no table ''', of_table, '''. The nearest: ',
            nearest(of_table, (select list(distinct named.table_name) from duckdb_tables() as named where named.schema_name in ('marts', 'raw'))),
            '. To list them: from list_tables();'
        ))
    end
order by schema_name, column_index;

comment on macro table main.list_columns is
'The columns of a table in marts or raw, with their comments: unit, stock or flow, meaning of null, source. Example: from list_columns(''fct_caseload'');';

create or replace macro main.find(words) as table
with products as (

    select
        products.*,
        concat_ws(' ', products.name_nl, products.name_en, products.short_name_nl, products.short_name_en, synonyms.synonyms) as known_as
    from marts.dim_products as products
    left join raw.synonyms as synonyms on products.product_code = synonyms.code

),

named as (

    select 1 as position, 'product' as kind, product_code as code, name_nl, name_en, known_as, concat_ws(' ', note_nl, note_en) as notes
    from products
    union all
    select
        2 as position, 'series' as kind, series.series_code as code, series.name_nl, series.name_en,
        concat_ws(' ', series.name_nl, series.name_en, products.short_name_nl, products.short_name_en) as known_as,
        concat_ws(' ', products.known_as, synonyms.synonyms, series.note_nl, series.note_en) as notes
    from marts.dim_series as series
    inner join products using (product_code)
    left join raw.synonyms as synonyms on series.measure_code = synonyms.code
    union all
    select
        3 as position, 'metric' as kind, metrics.metric_code as code, metrics.name_nl, metrics.name_en,
        concat_ws(' ', metrics.name_nl, metrics.name_en, synonyms.synonyms) as known_as,
        concat_ws(' ', metrics.description, metrics.caveat_en) as notes
    from marts.dim_metrics as metrics
    left join raw.synonyms as synonyms on metrics.metric_code = synonyms.code
    union all
    select
        4 as position, 'nationality' as kind, nationalities.nationality_code as code, nationalities.name_nl, nationalities.name_en,
        concat_ws(
            ' ', nationalities.name_nl, nationalities.name_en, nationalities.country_nl, nationalities.country_en, synonyms.synonyms
        ) as known_as,
        null as notes
    from marts.dim_nationalities as nationalities
    left join raw.synonyms as synonyms on nationalities.nationality_code = synonyms.code

),

plain as (

    select
        *,
        strip_accents(lower(concat_ws(' ', code, known_as))) as names,
        strip_accents(lower(concat_ws(' ', code, known_as, notes))) as texts
    from named

),

asked as (

    select unnest(string_split(strip_accents(lower(trim(coalesce(words, '')))), ' ')) as word

),

-- all words, anywhere; whole words in the name come first, then parts of words
matched as (

    select
        plain.kind,
        plain.code,
        plain.name_nl,
        plain.name_en,
        plain.position,
        bool_and(contains(plain.names, asked.word)) as in_names,
        bool_and(list_contains(string_split_regex(plain.names, '[^a-z0-9]+'), asked.word)) as as_words
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
from (select asked_here('{{ identity }}') as here)
left join matched on here
where
    case
        when code is not null then true
        else error(concat('Nothing matches ''', words, '''; try fewer words, or part of a word.'))
    end
order by as_words desc, in_names desc, position, code;

comment on macro table main.find is
'Products, series, metrics and nationalities with all the given words, Dutch or English, in code, name, synonyms or notes; empty text finds all. Use the codes in the other macros. Example: from find(''nareis'');';

create or replace macro main.figures("all" := false) as table
select * from marts.rpt_figures
where asked_here('{{ identity }}') and ("all" or not counted_elsewhere);

comment on macro table main.figures is
'Every figure with its margin and notes, one row each, without those already counted in others; with true, all of them. Example: from figures();';

create or replace macro main.product(of_product) as table
select
    reference_year as year,
    applications,
    decisions,
    pending,
    rounded(backlog_change, 'count')::integer as backlog_change,
    outcome_share,
    timely_share
from marts.fct_caseload
where
    asked_here('{{ identity }}')
    and case
        when lower(trim(of_product)) in (select known.product_code from marts.fct_caseload as known)
            then product_code = lower(trim(of_product))
        else error(concat(
            'There is no procedure ''', of_product, ''' with applications and decisions. The nearest: ',
            nearest(of_product, (select list(distinct known.product_code) from marts.fct_caseload as known)),
            '. To find others: from find(''', of_product, ''');'
        ))
    end
order by reference_year;

comment on macro table main.product is
'One procedure by year; read from notes(...) before you compare years. Example: from product(''asylum_track_4'');';

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
    union all
    -- a sum inherits the breaks in its parts' flows and stocks
    select 3 as position, parts.part_of as product_code, breaks.series_code as about, breaks.reference_year as year, breaks.note_nl, breaks.note_en
    from marts.dim_breaks as breaks
    inner join marts.dim_products as parts using (product_code)
    inner join marts.dim_series as series using (series_code)
    where parts.part_of is not null and series.role in ('inflow', 'outflow', 'stock')
    union all
    select 4 as position, split_part(series_code, '.', 1) as product_code, series_code as about, reference_year as year, remark_nl, remark_en
    from marts.dim_remarks

)

select
    about,
    year,
    note_nl,
    note_en
from told
where
    asked_here('{{ identity }}')
    and note_en is not null
    and case
        when lower(trim(of_product)) in (select known.product_code from marts.dim_products as known)
            then product_code = lower(trim(of_product))
        else error(concat(
            'There is no product ''', of_product, '''. The nearest: ',
            nearest(of_product, (select list(known.product_code) from marts.dim_products as known)),
            '. To find others: from find(''', of_product, ''');'
        ))
    end
order by position, about, year;

comment on macro table main.notes is
'What to know about a product and its series, including the years in which law or registration changed; no rows if there is nothing to note. Example: from notes(''asylum_track_4'');';

create or replace macro main.metric(of_metric, of_year := null) as table
with asked as (

    select
        lower(trim(of_metric)) as metric_code,
        coalesce(of_year, (select edition_year from marts.dim_editions where is_newest_whole)) as reference_year

)

select
    figures.product_code,
    figures.reference_year,
    rounded(figures.value, figures.unit) as value,
    at_least(figures.value_lower, figures.unit) as value_lower,
    at_most(figures.value_upper, figures.unit) as value_upper,
    figures.unit
from asked
left join marts.fct_metrics as figures using (metric_code, reference_year)
where
    asked_here('{{ identity }}')
    and case
        when figures.metric_code is not null then true
        when asked.metric_code in (select known.metric_code from marts.fct_metrics as known)
            then error(concat(
                'There are no figures of ', asked.metric_code, ' for ', asked.reference_year, '; there are for ',
                (
                    select string_agg(distinct known.reference_year, ', ' order by known.reference_year)
                    from marts.fct_metrics as known
                    where known.metric_code = lower(trim(of_metric))
                ),
                '.'
            ))
        else error(concat(
            'There is no metric ''', of_metric, '''. The nearest: ',
            nearest(of_metric, (select list(known.metric_code) from marts.dim_metrics as known)),
            '. To list them: from marts.dim_metrics;'
        ))
    end
order by figures.value desc, figures.product_code;

comment on macro table main.metric is
'One metric across products, rounded for display, its bounds rounded outward, for the year of the newest whole edition or a year of your choice; asylum_tracks is the sum of three others. Example: from metric(''backlog_change'', of_year := 2022);';

create or replace macro main.provenance(of_series, of_year) as table
with asked as (

    select
        lower(trim(of_series)) as series_code,
        of_year as reference_year

)

select
    figures.edition_year,
    figures.reference_year,
    figures.printed_value,
    figures.row_label,
    figures.table_label,
    figures.chapter_label,
    figures.publication,
    figures.address
from asked
left join marts.fct_observations as figures using (series_code, reference_year)
where
    asked_here('{{ identity }}')
    and case
        when figures.series_code is not null then true
        when asked.series_code in (select known.series_code from marts.fct_observations as known)
            then error(concat(
                'No figure of ', asked.series_code, ' is printed for the year ''', of_year, '''; there are for ',
                (
                    select string_agg(distinct known.reference_year, ', ' order by known.reference_year)
                    from marts.fct_observations as known
                    where known.series_code = lower(trim(of_series))
                ),
                '.'
            ))
        else error(concat(
            'There is no printed series ''', of_series, '''. The nearest: ',
            nearest(of_series, (select list(known.series_code) from marts.dim_series as known)),
            '. To find others: from find(''', of_series, ''');'
        ))
    end
order by figures.edition_year;

comment on macro table main.provenance is
'Where a figure is printed, by edition, quoted exactly. Example: from provenance(''students.applications'', 2021);';

create or replace macro main.cite(of_series, of_year) as table
select
    concat_ws(
        ', ', publications.publisher, places.publication || ' (' || publications.published || ')', places.table_label,
        places.row_label || ' ' || places.reference_year || ': ' || places.printed_value || '. ' || places.address
    ) as citation_nl,
    concat_ws(
        ', ', publications.publisher, places.publication || ' (' || publications.published || ')',
        series.name_en || ', ' || places.reference_year || ': ' || figures.shown_en || '. ' || places.address
    ) as citation_en
-- an unknown series or year fails there
from provenance(of_series, of_year) as places
inner join marts.fct_observations as observations
    on
        -- so that a null reaches provenance, which says what there is
        observations.series_code = lower(trim(coalesce(of_series, '')))
        and places.reference_year = observations.reference_year
        and places.edition_year = observations.edition_year
        and observations.is_current
inner join raw.publications as publications using (publication_code)
inner join marts.dim_series as series using (series_code)
inner join marts.rpt_figures as figures on figures.figure_key = observations.series_code || '/' || observations.reference_year
where asked_here('{{ identity }}');

comment on macro table main.cite is
'How to cite a printed figure, with its address, in Dutch and English. Example: from cite(''asylum_family_reunification.applications'', 2023);';
{%- endmacro %}
