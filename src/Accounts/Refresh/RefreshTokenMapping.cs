using Heretix.Accounts.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.Refresh;

internal sealed class RefreshTokenMapping : IEntityTypeConfiguration<RefreshToken>
{
    public void Configure(EntityTypeBuilder<RefreshToken> token)
    {
        token.ToTable("refresh_tokens", AccountsModule.Schema);
        token.HasKey(t => t.Id).HasName("pk_refresh_tokens");
        token.Property(t => t.Id).HasColumnName("id").ValueGeneratedNever();
        token.Property(t => t.SessionId).HasColumnName("session_id");
        token.Property(t => t.TokenHash).HasColumnName("token_hash");
        token.Property(t => t.IssuedAt).HasColumnName("issued_at");
        token.Property(t => t.ExpiresAt).HasColumnName("expires_at");
        token.Property(t => t.UsedAt).HasColumnName("used_at");
        token.Property(t => t.ReplacesId).HasColumnName("replaces_id");
        token.HasIndex(t => t.TokenHash).IsUnique().HasDatabaseName("ux_refresh_tokens_token_hash");
        token.HasIndex(t => t.SessionId, "ix_refresh_tokens_session_id");
        token.HasIndex(t => t.SessionId, "ux_refresh_tokens_session_id_unused").IsUnique().HasFilter("used_at is null");
        token
            .HasOne<Session>()
            .WithMany()
            .HasForeignKey(t => t.SessionId)
            .HasConstraintName("fk_refresh_tokens_sessions_session_id")
            .OnDelete(DeleteBehavior.Cascade);
    }
}
