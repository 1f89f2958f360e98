{% macro describe_columns() -%}
    {%- set rows = [] -%}
    {%- for model in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | selectattr('schema', 'equalto', 'marts')
        | sort(attribute='name') -%}
        {%- do rows.append([model.name, none, none, model.config.meta.description_nl]) -%}
        {%- for column in model.columns.values() -%}
            {%- do rows.append([model.name, column.name, column.config.meta.unit, none]) -%}
        {%- endfor -%}
    {%- endfor %}
    create or replace table raw.columns (
        table_name varchar not null, column_name varchar, unit varchar, description_nl varchar
    );
    comment on table raw.columns is
    'What is known of the tables and columns of marts besides their comments, one row each. Written at the end of a build.';
    comment on column raw.columns.table_name is 'Table in the schema marts.';
    comment on column raw.columns.column_name is 'Column of that table. Null in the row about the table itself.';
    comment on column raw.columns.unit is 'Unit of the column. Null for a column without one, and for a table.';
    comment on column raw.columns.description_nl is 'Description in Dutch. Null where there is only an English one, the comment.';
    insert into raw.columns values
    {%- for row in rows %}
    ({% for text in row -%}
        {{ dbt.string_literal(dbt.escape_single_quotes(text)) if text else 'null' }}{{ ', ' if not loop.last }}
    {%- endfor %}){{ ',' if not loop.last }}
    {%- endfor %};
{%- endmacro %}
