with {{ by_year('complaints', {
    'notices_received': 'notices_of_default.received',
    'notices_timely_share': 'notices_of_default.handled_timely_share',
    'penalty_payments': 'notices_of_default.penalty_payments',
    'complaints_received': 'complaints.received',
    'complaints_timely_share': 'complaints.handled_timely_share',
}) }}

select
    complaints_key,
    reference_year,
    period_end,
    notices_received::integer as notices_received,
    notices_timely_share,
    notices_timely_share_lower,
    notices_timely_share_upper,
    penalty_payments,
    penalty_payments_lower,
    penalty_payments_upper,
    complaints_received::integer as complaints_received,
    complaints_timely_share,
    complaints_timely_share_lower,
    complaints_timely_share_upper,
    break_note_nl,
    break_note_en,
    remark_nl,
    remark_en
from by_year
order by reference_year
