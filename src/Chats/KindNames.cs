using System.Text.Json;

namespace Heretix.Chats;

/// <summary>Kinds as they are written in JSON and tables: <c>view_once</c>.</summary>
public static class KindNames
{
    private static readonly string[] Messages =
    [
        .. Enum.GetNames<MessageKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName),
    ];
    private static readonly string[] MediaNames =
    [
        .. Enum.GetNames<MediaKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName),
    ];

    /// <summary>Name of a kind of message.</summary>
    public static string Of(MessageKind kind) => Messages[(int)kind];

    /// <summary>Name of a medium.</summary>
    public static string Of(MediaKind media) => MediaNames[(int)media];

    internal static string Of<TKind>(TKind kind)
        where TKind : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
