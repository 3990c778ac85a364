using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.External.SignIn;

/// <summary>That an ID token was used: it proves something once. Kept as long as the token could be shown.</summary>
internal sealed class UsedToken
{
    /// <summary>SHA-256 of what is signed in the token; says nothing about whose it was.</summary>
    public required byte[] Hash { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Uses a token up in the open transaction of <paramref name="db"/>; false when it was used before.</summary>
    /// <remarks>Of all requests with one token, the others wait here for the first one's end.</remarks>
    public static async Task<bool> TakeAsync(
        HeretixDb db,
        byte[] hash,
        DateTimeOffset expiresAt,
        CancellationToken cancellationToken
    ) =>
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into accounts.used_tokens (hash, expires_at) values ({hash}, {expiresAt})
            on conflict (hash) do nothing
            """,
            cancellationToken
        ) == 1;
}

internal sealed class UsedTokenMapping : IEntityTypeConfiguration<UsedToken>
{
    public void Configure(EntityTypeBuilder<UsedToken> token)
    {
        token.ToTable("used_tokens", AccountsModule.Schema);
        token.HasKey(t => t.Hash).HasName("pk_used_tokens");
        token.Property(t => t.Hash).HasColumnName("hash");
        token.Property(t => t.ExpiresAt).HasColumnName("expires_at");
        token.HasIndex(t => t.ExpiresAt).HasDatabaseName("ix_used_tokens_expires_at");
    }
}
