using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heretix.Platform.Http.Json;

/// <summary>
/// An unsigned 64-bit number: written as a decimal string, because JavaScript rounds numbers beyond 2^53; read from a
/// string or a number.
/// </summary>
internal sealed class UInt64Converter : JsonConverter<ulong>
{
    public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var number))
            return number;
        if (
            reader.TokenType == JsonTokenType.String
            && ulong.TryParse(reader.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number)
        )
            return number;
        throw new JsonException($"must be a whole number from 0 to {ulong.MaxValue}, best as a string");
    }

    public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        writer.WriteStringValue(digits[..length]);
    }
}
