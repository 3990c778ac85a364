using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.External.SignIn;

/// <summary>A nonce that was given out and not used yet. Using it deletes the row.</summary>
internal sealed class Nonce
{
    /// <summary>SHA-256 of the nonce.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>SHA-256 of the cookie of the browser that asked; null for a client that keeps it itself.</summary>
    public byte[]? BindingHash { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class NonceMapping : IEntityTypeConfiguration<Nonce>
{
    public void Configure(EntityTypeBuilder<Nonce> nonce)
    {
        nonce.ToTable("nonces", AccountsModule.Schema);
        nonce.HasKey(n => n.Hash).HasName("pk_nonces");
        nonce.Property(n => n.Hash).HasColumnName("hash");
        nonce.Property(n => n.BindingHash).HasColumnName("binding_hash");
        nonce.Property(n => n.ExpiresAt).HasColumnName("expires_at");
        nonce.HasIndex(n => n.ExpiresAt).HasDatabaseName("ix_nonces_expires_at");
    }
}
