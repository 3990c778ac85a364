using System.Buffers;
using System.Text;
using System.Text.Json;
using Heretix.Lake.DuckDb;
using Heretix.Lake.Query;

namespace Heretix.Lake.Files;

/// <summary>Rows as text, which needs no DuckDB.</summary>
/// <param name="output">Where each row goes as soon as it is complete.</param>
internal abstract class TextRows(TextWriter output) : IRowWriter
{
    protected TextWriter Output { get; } = output;

    public void Add(bool? value) => Value(value);

    public void Add(int? value) => Value(value is { } number ? (long)number : null);

    public void Add(long? value) => Value(value);

    public void Add(double? value) => Value(value);

    public void Add(DateTimeOffset value) => Value(value.UtcDateTime.AddTicks(-(value.UtcTicks % 10)));

    public void Add(string? value) => Value(value is null ? null : Clean(value));

    public abstract void EndRow();

    protected abstract void Value(object? value);

    private static string Clean(string value) =>
        value.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || value.Contains('\0', StringComparison.Ordinal)
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value.Replace('\0', '\uFFFD')))
            : value;
}

/// <summary>RFC 4180 with a header line, as queries write it.</summary>
internal sealed class CsvRows : TextRows
{
    private int _column;

    internal CsvRows(TextWriter output, IEnumerable<string> columns)
        : base(output)
    {
        foreach (string column in columns)
        {
            Value(column);
        }
        EndRow();
    }

    public override void EndRow()
    {
        Output.Write(CsvField.EndOfLine);
        _column = 0;
    }

    protected override void Value(object? value) => CsvField.Write(Output, _column++, value);
}

/// <summary>One JSON object a line, each with every column; NaN and the infinities are null.</summary>
internal sealed class JsonRows : TextRows, IDisposable
{
    private readonly JsonEncodedText[] _names;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;
    private int _column;

    internal JsonRows(TextWriter output, IEnumerable<string> columns)
        : base(output)
    {
        _names = [.. columns.Select(column => JsonEncodedText.Encode(column))];
        _json = new Utf8JsonWriter(_buffer, CellText.JsonOptions);
    }

    public override void EndRow()
    {
        _json.WriteEndObject();
        _json.Flush();
        Output.Write(Encoding.UTF8.GetString(_buffer.WrittenSpan));
        Output.Write('\n');
        _buffer.Clear();
        _json.Reset();
        _column = 0;
    }

    public void Dispose() => _json.Dispose();

    protected override void Value(object? value)
    {
        if (_column == 0)
        {
            _json.WriteStartObject();
        }
        _json.WritePropertyName(_names[_column++]);
        CellText.WriteJson(_json, value, value is long or double ? ValueKind.Number : ValueKind.Text);
    }
}
