using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Heretix.Platform.Http.Json;

/// <summary>
/// JSON as it is on the wire: snake_case, null members included, times in UTC with <c>Z</c>, unsigned 64-bit numbers as
/// decimal strings. Reading ignores unknown members and refuses what is missing, null where it must not be, of another
/// type, named twice or nested too deeply.
/// </summary>
public static class WireJson
{
    /// <summary>Deepest nesting that is read.</summary>
    public const int MaxDepth = 32;

    /// <summary>Makes the options of the HTTP layer, or any others, write and read that way.</summary>
    public static void Configure(JsonSerializerOptions json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        json.AllowDuplicateProperties = false;
        json.RespectNullableAnnotations = true;
        json.MaxDepth = MaxDepth;
        // Everything but what could end a string or a script in a page that embeds the answer.
        json.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        json.Converters.Add(new UtcConverter());
        json.Converters.Add(new UInt64Converter());
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }

    /// <summary>
    /// A constructor's parameter without a default and without a question mark is a required member, so that a record
    /// says by itself what a request must hold.
    /// </summary>
    internal static void RequireWhatHasNoDefault(JsonTypeInfo type)
    {
        foreach (var member in type.Properties)
        {
            // What has no setter (an anonymous type) is only written.
            if (member is { AssociatedParameter: { } parameter, Set: not null })
                member.IsRequired =
                    !parameter.HasDefaultValue
                    && !parameter.IsNullable
                    && Nullable.GetUnderlyingType(parameter.ParameterType) is null;
        }
    }
}
