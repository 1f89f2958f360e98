with measured as (

    select * from {{ ref('int_checks') }}

),

checks as (

    select * from {{ ref('checks') }}

),

components as (

    select * from {{ ref('int_components') }}

),

series as (

    select * from {{ ref('int_series') }}

),

judged as (

    select
        -- by series where another publisher is concerned, since it may publish several figures of one product
        concat_ws('/', check_code, if(publisher is null, product_code, series_code), reference_year) as check_key,
        measured.*,
        checks.relation,
        checks.must_hold,
        checks.name_nl,
        checks.name_en,
        -- the largest difference of this sign that rounding can cause
        round(case when residual < 0 then residual_upper - residual else residual - residual_lower end, 10) as tolerance,
        case checks.relation when '=' then residual = 0 when '<=' then residual <= 0 end as holds
    from measured
    left join checks using (check_code)

),

asked as (

    select
        check_key,
        check_code,
        reference_year,
        unnest(figure_codes) as figure_code
    from judged

),

uses as (

    select
        asked.check_key as row_key,
        asked.reference_year,
        if(asked.check_code = 'stock_flow' and series.role = 'stock', asked.reference_year - 1, null) as compared_with,
        series.series_code,
        series.name_nl,
        series.name_en
    from asked
    inner join components on asked.figure_code = components.product_code || '.' || components.measure_code
    inner join series using (series_code)

),

notes as (

    {{ notes_of('uses') }}

)

select
    check_key,
    check_code,
    product_code,
    reference_year,
    name_nl,
    name_en,
    relation,
    expected,
    found,
    residual,
    tolerance,
    residual_share,
    residual_share_lower,
    residual_share_upper,
    unit,
    must_hold,
    case
        when holds then 'holds'
        when abs(residual) <= tolerance then 'within_rounding'
        when must_hold or register is not null then 'differs'
        else 'unexplained'
    end as verdict,
    found_from,
    expected_from,
    address,
    register,
    note_nl,
    note_en,
    publisher,
    series_code as figure_code,
    expected_lower,
    expected_upper,
    found_lower,
    found_upper,
    edition_year,
    from_edition_year,
    notes.break_note_nl,
    notes.break_note_en,
    notes.remark_nl,
    notes.remark_en
from judged
left join notes on judged.check_key = notes.row_key
order by check_key
