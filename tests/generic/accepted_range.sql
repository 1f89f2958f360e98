{% test accepted_range(model, column_name, minimum, maximum, condition='true') %}
    select
        '{{ model.identifier }}: {{ column_name }} = ' || {{ column_name }} || ' in the row ' || to_json(checked)
        || ' lies outside {{ minimum }} to {{ maximum }}; mend the formula or the figure' as message
    from {{ model }} as checked
    where ({{ condition }}) and {{ column_name }} not between {{ minimum }} and {{ maximum }}
{% endtest %}
