using System.Text.Json;
using Heretix.Lake.DuckDb;

namespace Heretix.Lake.Query;

/// <summary>Rows as CSV, JSON or a table of text.</summary>
internal static class RowFormat
{
    internal static void Write(QueryResult result, QueryFormat format, TextWriter output)
    {
        switch (format)
        {
            case QueryFormat.Csv:
                Csv(result, output);
                break;
            case QueryFormat.Json:
                Json(result, output);
                break;
            default:
                TableFormat.Write(result, output);
                break;
        }
    }

    private static void Csv(QueryResult result, TextWriter output)
    {
        for (int i = 0; i < result.Columns.Count; i++)
        {
            CsvField.Write(output, i, result.Columns[i].Name);
        }
        output.Write(CsvField.EndOfLine);
        while (result.Read())
        {
            for (int i = 0; i < result.Columns.Count; i++)
            {
                CsvField.Write(output, i, result.Value(i));
            }
            output.Write(CsvField.EndOfLine);
        }
    }

    private static void Json(QueryResult result, TextWriter output)
    {
        System.Buffers.ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter json = new(buffer, CellText.JsonOptions);
        string separator = "[";
        while (result.Read())
        {
            json.WriteStartObject();
            for (int i = 0; i < result.Columns.Count; i++)
            {
                json.WritePropertyName(result.Columns[i].Name);
                CellText.WriteJson(json, result.Value(i), result.Kind(i));
            }
            json.WriteEndObject();
            json.Flush();
            output.Write(separator);
            output.Write('\n');
            output.Write(System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan));
            separator = ",";
            buffer.Clear();
            json.Reset();
        }
        output.Write(separator == "[" ? "[]\n" : "\n]\n");
    }
}
