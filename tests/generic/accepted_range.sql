{% test accepted_range(model, column_name, minimum, maximum, key, condition='true') %}
    select
        '{{ model.identifier }}: {{ column_name }} of ' || {{ key }} || ' is ' || {{ column_name }}
        || '; expected {{ minimum }} to {{ maximum }}, so mend the figure or the formula' as message
    from {{ model }}
    where ({{ condition }}) and {{ column_name }} not between {{ minimum }} and {{ maximum }}
{% endtest %}
