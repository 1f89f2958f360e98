-- Every printed text has one of the printed forms; a laxer reading would turn '1.23' into 123.
select
    {{ printed_place() }} || ' reads "' || printed_value || '", which is no printed figure: expected a count (41.820), a share'
    || ' (0% to 100%), an amount (€ 11,3 mln) or a dash (-), without blanks; correct it after the printed page' as message
from {{ ref('stg_jaarcijfers__cells') }}
where printed_form is null
