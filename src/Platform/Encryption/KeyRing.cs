using System.Xml.Linq;
using Heretix.Platform.Database;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Platform.Encryption;

/// <summary>One element of Data Protection's key ring, which every process of the server shares.</summary>
internal sealed class RingKey
{
    public Guid Id { get; init; }

    public required string FriendlyName { get; init; }

    /// <summary>The element as Data Protection wrote it; the key in it is encrypted by the field key.</summary>
    public required string Xml { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class RingKeyMapping : IEntityTypeConfiguration<RingKey>
{
    public void Configure(EntityTypeBuilder<RingKey> key)
    {
        // The seeds keep the ring beside the accounts whose cookies it protects.
        key.ToTable("data_protection_keys", "accounts");
        key.HasKey(k => k.Id).HasName("pk_data_protection_keys");
        key.Property(k => k.Id).HasColumnName("id").ValueGeneratedNever();
        key.Property(k => k.FriendlyName).HasColumnName("friendly_name").HasMaxLength(200);
        key.Property(k => k.Xml).HasColumnName("xml");
        key.Property(k => k.CreatedAt).HasColumnName("created_at");
    }
}

/// <summary>
/// Keeps the key ring in the database. It is read once at start and once a day, perhaps in the middle of a request that
/// holds a connection already: hence a connection outside the pool.
/// </summary>
internal sealed class KeyRing(DatabaseConnections connections, TimeProvider time) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = connections.OpenUnpooled();
        return
        [
            .. db.Set<RingKey>()
                .AsNoTracking()
                .TagWith("key ring")
                .Select(key => key.Xml)
                .AsEnumerable()
                .Select(XElement.Parse),
        ];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var db = connections.OpenUnpooled();
        var now = time.GetUtcNow();
        db.Add(
            new RingKey
            {
                Id = Guid.CreateVersion7(now),
                FriendlyName = friendlyName,
                Xml = element.ToString(SaveOptions.DisableFormatting),
                CreatedAt = now,
            }
        );
        db.SaveChanges();
    }
}
