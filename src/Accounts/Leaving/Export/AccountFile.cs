using System.Data;
using System.Text.Json;
using Heretix.Platform.Database;
using Heretix.Platform.Http.Json;
using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Heretix.Accounts.Leaving.Export;

/// <summary>
/// Everything that the rooms hold on a user, in one JSON: <c>exported_at</c>, and each room's part under its name. All of
/// it is read in one read-only transaction, so the parts fit together.
/// </summary>
internal sealed class AccountFile(ModelParts parts, IServiceProvider services, TimeProvider time)
{
    private static readonly JsonSerializerOptions Wire = Written();

    /// <summary>Opens the transaction in which the file is read; it sees one moment, and can change nothing.</summary>
    public static async Task<IDbContextTransaction> SnapshotAsync(HeretixDb db, CancellationToken cancellationToken)
    {
        var snapshot = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await db.Database.ExecuteSqlAsync($"set transaction read only", cancellationToken);
        return snapshot;
    }

    /// <summary>Roughly how many rows the file would have.</summary>
    public async Task<long> CountAsync(HeretixDb db, Guid userId, CancellationToken cancellationToken)
    {
        var rows = 0L;
        foreach (var module in parts.Modules)
            rows += await module.CountAccountAsync(new AccountEvent(db, userId, services), cancellationToken);
        return rows;
    }

    /// <summary>Writes the file, room by room.</summary>
    public async Task WriteAsync(Stream target, HeretixDb db, Guid userId, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(
            target,
            new JsonWriterOptions { Encoder = Wire.Encoder, Indented = true }
        );
        json.WriteStartObject();
        json.WriteString("exported_at", time.GetUtcNow().UtcDateTime);
        foreach (var module in parts.Modules)
        {
            var part = await module.ExportAccountAsync(new AccountEvent(db, userId, services), cancellationToken);
            json.WritePropertyName(module.Name);
            JsonSerializer.Serialize(json, part, part?.GetType() ?? typeof(object), Wire);
            await json.FlushAsync(cancellationToken);
        }
        json.WriteEndObject();
    }

    private static JsonSerializerOptions Written()
    {
        var options = new JsonSerializerOptions();
        WireJson.Configure(options);
        return options;
    }
}
