using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.Totp.Challenges;

/// <summary>
/// Half a sign-in: the first factor was proven and is used up, the second is asked for. It opens one session; using it, giving
/// it up and letting it expire delete the row.
/// </summary>
internal sealed class SignInChallenge
{
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    /// <summary>SHA-256 of what the client holds.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>How the first factor was proven: one of <see cref="Telemetry.SignInMethod"/>.</summary>
    public required string Method { get; init; }

    /// <summary>It was given to an API client, in the answer; a browser has it in a cookie, and nowhere else.</summary>
    public bool WantsTokens { get; init; }

    /// <summary>Wrong codes so far.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class SignInChallengeMapping : IEntityTypeConfiguration<SignInChallenge>
{
    public void Configure(EntityTypeBuilder<SignInChallenge> challenge)
    {
        challenge.ToTable("sign_in_challenges", AccountsModule.Schema);
        challenge.HasKey(c => c.Id).HasName("pk_sign_in_challenges");
        challenge.Property(c => c.Id).HasColumnName("id").ValueGeneratedNever();
        challenge.Property(c => c.UserId).HasColumnName("user_id");
        challenge.Property(c => c.TokenHash).HasColumnName("token_hash");
        challenge.Property(c => c.Method).HasColumnName("method").HasMaxLength(32);
        challenge.Property(c => c.WantsTokens).HasColumnName("wants_tokens");
        challenge.Property(c => c.Attempts).HasColumnName("attempts");
        challenge.Property(c => c.CreatedAt).HasColumnName("created_at");
        challenge.Property(c => c.ExpiresAt).HasColumnName("expires_at");
        challenge.HasIndex(c => c.TokenHash).IsUnique().HasDatabaseName("ux_sign_in_challenges_token_hash");
        challenge.HasIndex(c => c.UserId).HasDatabaseName("ix_sign_in_challenges_user_id");
        challenge.HasIndex(c => c.ExpiresAt).HasDatabaseName("ix_sign_in_challenges_expires_at");
        challenge
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(c => c.UserId)
            .HasConstraintName("fk_sign_in_challenges_users")
            .OnDelete(DeleteBehavior.Cascade);
    }
}
