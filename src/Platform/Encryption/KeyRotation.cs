using Heretix.Platform.Database;

namespace Heretix.Platform.Encryption;

/// <summary>
/// Encrypts again, with the newest key, everything that an older one encrypted. The server may run meanwhile; a rotation
/// that was stopped goes on where it is needed when it is run again.
/// </summary>
public sealed class KeyRotation
{
    private readonly DatabaseConnections connections;
    private readonly IReadOnlyList<IReencryption> parts;

    internal KeyRotation(DatabaseConnections connections, IEnumerable<IReencryption> parts) =>
        (this.connections, this.parts) = (connections, [.. parts]);

    /// <summary>Goes through every encrypted column and the key ring.</summary>
    /// <param name="say">Hears of the progress in sentences.</param>
    /// <param name="cancellationToken">Stops it after the batch at hand.</param>
    public async Task<RotationResult> RunAsync(Action<string> say, CancellationToken cancellationToken)
    {
        var result = new RotationResult(0, 0);
        await using var db = connections.OpenUnpooled();
        foreach (var part in parts)
        {
            var done = await part.RunAsync(db, say, cancellationToken);
            say(
                $"{part.Name}: {done.Reencrypted} encrypted again"
                    + (done.Unreadable > 0 ? $", {done.Unreadable} unreadable with the keys at hand" : "")
            );
            result = new RotationResult(result.Reencrypted + done.Reencrypted, result.Unreadable + done.Unreadable);
        }
        return result;
    }
}

/// <summary>What a rotation did.</summary>
/// <param name="Reencrypted">Values that the newest key encrypts now.</param>
/// <param name="Unreadable">Values that none of the keys decrypts; as long as there are any, a key is missing.</param>
public sealed record RotationResult(long Reencrypted, long Unreadable);

/// <summary>Something that holds encrypted values.</summary>
internal interface IReencryption
{
    string Name { get; }

    Task<RotationResult> RunAsync(HeretixDb db, Action<string> say, CancellationToken cancellationToken);
}
