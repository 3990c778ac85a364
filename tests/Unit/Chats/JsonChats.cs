namespace Heretix.Tests.Unit.Chats;

/// <summary>Small exports of Telegram and Instagram.</summary>
internal static class JsonChats
{
    public static byte[] Telegram { get; } =
        """
        {"name": "Ann", "type": "personal_chat", "id": 4, "messages": [
         {"id": 1, "type": "service", "date": "2024-03-05T10:00:00", "actor": "Ann", "actor_id": "user1", "action": "create_group", "text": ""},
         {"id": 2, "type": "message", "date": "2024-03-05T10:01:00", "from": "Ann", "from_id": "user1", "text": "hi 👋"},
         {"id": 3, "type": "message", "date": "2024-03-05T10:02:00", "edited": "2024-03-05T10:03:00", "from": "Bob", "from_id": "user2",
          "text": ["see ", {"type": "link", "text": "https://example.org"}, " now"], "reactions": [{"type": "emoji", "count": 2, "emoji": "👍"}]},
         {"id": 4, "type": "message", "date": "2024-03-05T10:04:00", "from": "Bob", "photo": "photos/p1.jpg", "width": 5, "text": "look"},
         {"id": 5, "type": "message", "date": "2024-03-05T10:05:00", "from": "Bob", "file": "(File not included)", "media_type": "voice_message", "text": ""},
         {"id": 6, "type": "message", "date": "2024-03-05T10:06:00", "from": null, "poll": {"question": "Tea?", "answers": [{"text": "yes"}, {"text": "no"}]}, "text": ""},
         {"id": 7, "type": "service", "date": "2024-03-05T10:07:00", "actor": "Ann", "action": "phone_call", "duration_seconds": 9, "text": ""},
         {"id": 8, "type": "message", "date": "2024-03-05T10:08:00", "from": "Ann", "location_information": {"latitude": 52.5, "longitude": 13.4}, "text": ""},
         {"id": 9, "type": "message", "from": "Ann", "text": "no date"}
        ]}
        """u8.ToArray();

    public static byte[] Instagram { get; } =
        """
        {"participants": [{"name": "Zo\u00c3\u00ab"}, {"name": "Bob"}], "messages": [
         {"sender_name": "Zo\u00c3\u00ab", "timestamp_ms": 1709633280000, "is_unsent": true},
         {"sender_name": "Bob", "timestamp_ms": 1709633220000, "photos": [{"uri": "photos/a.jpg", "creation_timestamp": 1}],
          "reactions": [{"reaction": "\u00e2\u009d\u00a4", "actor": "Zo\u00c3\u00ab"}]},
         {"sender_name": "Bob", "timestamp_ms": 1709633160000, "content": "video chat ended", "call_duration": 60},
         {"sender_name": "Zo\u00c3\u00ab", "timestamp_ms": 1709633100000, "content": "caf\u00c3\u00a9 \u00f0\u009f\u00a6\u0084"}
        ], "title": "Zo\u00c3\u00ab", "thread_path": "inbox/zoe_1"}
        """u8.ToArray();
}
