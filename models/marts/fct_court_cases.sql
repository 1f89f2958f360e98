with {{ by_year('court_cases', {
    'residence_received': 'court_cases_residence.applications',
    'residence_handled': 'court_cases_residence.decisions',
    'other_received': 'court_cases_other.applications',
    'other_handled': 'court_cases_other.decisions',
    'upheld_share_asylum': 'court_cases_residence.upheld_share_asylum',
    'upheld_share_regular': 'court_cases_residence.upheld_share_regular',
    'further_appeal_share_asylum': 'further_appeals_by_ind.further_appeal_share_asylum',
    'further_appeal_share_regular': 'further_appeals_by_ind.further_appeal_share_regular',
}) }}

select
    court_cases_key,
    reference_year,
    period_end,
    residence_received::integer as residence_received,
    residence_handled::integer as residence_handled,
    other_received::integer as other_received,
    other_handled::integer as other_handled,
    upheld_share_asylum,
    upheld_share_asylum_lower,
    upheld_share_asylum_upper,
    upheld_share_regular,
    upheld_share_regular_lower,
    upheld_share_regular_upper,
    further_appeal_share_asylum,
    further_appeal_share_asylum_lower,
    further_appeal_share_asylum_upper,
    further_appeal_share_regular,
    further_appeal_share_regular_lower,
    further_appeal_share_regular_upper,
    break_note_nl,
    break_note_en,
    remark_nl,
    remark_en
from by_year
order by reference_year
