-- Every printed row belongs to a series.
select distinct
    seed_path || ', line ' || seed_line || ': the row ''' || row_label || ''' of the table ''' || table_label || ''' (chapter '''
    || chapter_label || ''', edition ' || edition_year || ') is not in seeds/reference/printed_labels.csv; correct the label after the printed'
    || ' page, or add a line that maps it to a series' as message
from {{ ref('int_observations_matched') }}
where series_code is null
