{% test accepted_values(model, column_name, values) %}
    select
        '{{ model.identifier }}: {{ column_name }} = ''' || {{ column_name }} || ''' in the row ' || to_json(checked)
        || '; write one of {{ values | join(", ") }}' as message
    from {{ model }} as checked
    where {{ column_name }} not in ('{{ values | join("', '") }}')
{% endtest %}
