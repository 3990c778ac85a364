using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.MagicLink;

internal sealed class EmailTokenMapping : IEntityTypeConfiguration<EmailToken>
{
    public void Configure(EntityTypeBuilder<EmailToken> token)
    {
        token.ToTable("email_tokens", AccountsModule.Schema);
        token.HasKey(t => t.Id).HasName("pk_email_tokens");
        token.Property(t => t.Id).HasColumnName("id").ValueGeneratedNever();
        token.Property(t => t.Purpose).HasColumnName("purpose").HasMaxLength(32);
        token.Property(t => t.Email).HasColumnName("email").HasMaxLength(320);
        token.Property(t => t.Selector).HasColumnName("selector").HasMaxLength(64);
        token.Property(t => t.VerifierHash).HasColumnName("verifier_hash");
        token.Property(t => t.BindingHash).HasColumnName("binding_hash");
        token.Property(t => t.PasswordHash).HasColumnName("password_hash").HasMaxLength(256);
        token.Property(t => t.CreatedAt).HasColumnName("created_at");
        token.Property(t => t.ExpiresAt).HasColumnName("expires_at");
        token.Property(t => t.SentAt).HasColumnName("sent_at");
        token.Property(t => t.ConsumedAt).HasColumnName("consumed_at");
        token.Property(t => t.EndedAt).HasColumnName("ended_at");
        token.HasIndex(t => t.Selector).IsUnique().HasDatabaseName("ux_email_tokens_selector");
        token.HasIndex(t => t.Email).HasDatabaseName("ix_email_tokens_email");
        token.HasIndex(t => t.ExpiresAt).HasDatabaseName("ix_email_tokens_expires_at");
    }
}
