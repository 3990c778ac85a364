using Microsoft.AspNetCore.Http;

namespace Heretix.Billing.Events.Sources;

/// <summary>One provider that sends events: how it proves that it is the sender, and how it writes them.</summary>
internal interface IEventSource
{
    /// <summary>Its name, as it is stored.</summary>
    string Name { get; }

    /// <summary>The header that carries the event's id; null when it stands in the body.</summary>
    string? IdHeader { get; }

    /// <summary>Whether there is a secret to check it by.</summary>
    bool IsConfigured { get; }

    /// <summary>Whether a body comes from it.</summary>
    SenderProof Check(IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now);

    /// <summary>Reads an event; null when it is none.</summary>
    /// <param name="body">The body as it came.</param>
    /// <param name="id">What <see cref="IdHeader"/> said.</param>
    ProviderEvent? Read(ReadOnlyMemory<byte> body, string? id);
}

/// <summary>What the check of a sender found.</summary>
internal enum SenderProof
{
    /// <summary>It is the provider.</summary>
    Good,

    /// <summary>Nothing was said to prove it.</summary>
    Missing,

    /// <summary>What was said proves nothing.</summary>
    Wrong,

    /// <summary>It is signed, but too long ago (or in the future).</summary>
    Late,
}
