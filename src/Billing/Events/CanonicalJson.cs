using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Heretix.Billing.Events;

/// <summary>JSON in one form, whatever the order of its members and the space between them.</summary>
internal static class CanonicalJson
{
    /// <summary>SHA-256 in hex over a word, a zero byte, and a value in canonical form.</summary>
    public static string Hash(string word, JsonElement value)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(word));
        hash.AppendData([0]);
        hash.AppendData(Write(value).Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The value with the members of every object in the order of their names; numbers as they were written.</summary>
    public static ReadOnlyMemory<byte> Write(JsonElement value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
            Write(writer, value);
        return bytes.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
