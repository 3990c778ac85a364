namespace Heretix.Chats;

/// <summary>What a chat is called after the people in it.</summary>
public static class ChatTitle
{
    /// <summary>"A, B" for two people, else "Group chat (N participants)".</summary>
    public static string Of(IReadOnlyList<string> participants)
    {
        ArgumentNullException.ThrowIfNull(participants);
        return participants.Count == 2
            ? $"{participants[0]}, {participants[1]}"
            : FormattableString.Invariant($"Group chat ({participants.Count} participants)");
    }
}
