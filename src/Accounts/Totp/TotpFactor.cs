using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.Totp;

/// <summary>The secret that a user's app makes codes from. It counts from its confirmation on; before, it is a wish.</summary>
internal sealed class TotpFactor
{
    /// <summary>What the secret is encrypted for.</summary>
    public const string Purpose = "accounts.totp.secret";

    public Guid UserId { get; init; }

    /// <summary>The secret, encrypted.</summary>
    public required byte[] Secret { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was confirmed by a code; null before.</summary>
    public DateTimeOffset? EnabledAt { get; init; }

    /// <summary>The newest step whose code was taken: it and all before it are used up.</summary>
    public long? LastStep { get; init; }

    /// <summary>Wrong codes since <see cref="WrongSince"/>, of every client and every challenge of the user.</summary>
    public int WrongCodes { get; init; }

    /// <summary>When the window in which they are counted began; null before the first.</summary>
    public DateTimeOffset? WrongSince { get; init; }
}

internal sealed class TotpFactorMapping : IEntityTypeConfiguration<TotpFactor>
{
    public void Configure(EntityTypeBuilder<TotpFactor> factor)
    {
        factor.ToTable("totp", AccountsModule.Schema);
        factor.HasKey(f => f.UserId).HasName("pk_totp");
        factor.Property(f => f.UserId).HasColumnName("user_id").ValueGeneratedNever();
        factor.Property(f => f.Secret).HasColumnName("secret");
        factor.Property(f => f.CreatedAt).HasColumnName("created_at");
        factor.Property(f => f.EnabledAt).HasColumnName("enabled_at");
        factor.Property(f => f.LastStep).HasColumnName("last_step");
        factor.Property(f => f.WrongCodes).HasColumnName("wrong_codes");
        factor.Property(f => f.WrongSince).HasColumnName("wrong_since");
        factor
            .HasOne<User>()
            .WithOne()
            .HasForeignKey<TotpFactor>(f => f.UserId)
            .HasConstraintName("fk_totp_users")
            .OnDelete(DeleteBehavior.Cascade);
    }
}
