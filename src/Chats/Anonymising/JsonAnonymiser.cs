using System.Text.Encodings.Web;
using System.Text.Json;
using Heretix.Chats.Instagram;

namespace Heretix.Chats.Anonymising;

/// <summary>Writes a JSON export again, property by property, with names and texts replaced.</summary>
internal static class JsonAnonymiser
{
    private static readonly HashSet<string> People =
    [
        "name",
        "from",
        "actor",
        "sender_name",
        "title",
        "first_name",
        "last_name",
        "forwarded_from",
        "saved_from",
        "inviter",
        "via_bot",
        "reply_to",
        "members",
        "share_owner",
        "original_content_owner",
    ];

    private static readonly HashSet<string> Identifiers =
    [
        "from_id",
        "actor_id",
        "thread_path",
        "user_id",
        "phone_number",
        "contact_vcard",
    ];

    private static readonly HashSet<string> Files = ["photo", "file", "file_name", "thumbnail", "uri"];

    private static readonly HashSet<string> Kept =
    [
        "type",
        "date",
        "date_unixtime",
        "edited",
        "edited_unixtime",
        "media_type",
        "mime_type",
        "action",
        "discard_reason",
        "emoji",
        "sticker_emoji",
        "reaction",
    ];

    /// <returns>Messages of the export.</returns>
    /// <exception cref="InvalidDataException">The export has several files.</exception>
    public static long Write(ChatExport export, Stream output, PersonalText text, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(export.ReadDocument());
        var broken = export.Format.Platform == ChatPlatform.Instagram;
        using var json = new Utf8JsonWriter(
            output,
            new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
        Write(document.RootElement, "", json, value => Clean(value, broken), text, cancellationToken);
        return export.Format.Headers;
    }

    private static string Clean(string value, bool broken) => broken ? BrokenText.Repair(value) : value;

    private static void Write(
        JsonElement value,
        string property,
        Utf8JsonWriter json,
        Func<string, string> clean,
        PersonalText text,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    Write(member.Value, member.Name, json, clean, text, cancellationToken);
                }
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(item, property, json, clean, text, cancellationToken);
                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(Replace(property, clean(value.GetString()!), text));
                break;
            case JsonValueKind.Number
                when property is "latitude" or "longitude" or "id" && value.GetRawText().Contains('.'):
                json.WriteNumberValue(0);
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static string Replace(string property, string value, PersonalText text) =>
        Kept.Contains(property) ? value
        : People.Contains(property) ? text.Person(value)
        : Identifiers.Contains(property) ? text.Person("id " + value)
        : Files.Contains(property) && !value.StartsWith('(') ? text.File(value[(value.LastIndexOf('/') + 1)..])
        : text.Replace(value);
}
