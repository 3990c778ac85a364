using Heretix.Accounts.External.Tokens;
using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.External.Identities;

internal sealed class ExternalIdentityMapping : IEntityTypeConfiguration<ExternalIdentity>
{
    public void Configure(EntityTypeBuilder<ExternalIdentity> identity)
    {
        identity.ToTable("external_identities", AccountsModule.Schema);
        identity.HasKey(i => i.Id).HasName("pk_external_identities");
        identity.Property(i => i.Id).HasColumnName("id").ValueGeneratedNever();
        identity.Property(i => i.UserId).HasColumnName("user_id");
        identity.Property(i => i.Issuer).HasColumnName("issuer").HasMaxLength(255);
        identity.Property(i => i.Subject).HasColumnName("subject").HasMaxLength(TokenRules.LongestSubject);
        identity.Property(i => i.Email).HasColumnName("email").HasMaxLength(320);
        identity.Property(i => i.EmailVerified).HasColumnName("email_verified");
        identity.Property(i => i.CreatedAt).HasColumnName("created_at");
        identity.Property(i => i.LastUsedAt).HasColumnName("last_used_at");
        identity.Property(i => i.UnlinkedAt).HasColumnName("unlinked_at");
        identity
            .HasIndex(i => new { i.Issuer, i.Subject })
            .IsUnique()
            .HasDatabaseName("ux_external_identities_issuer_subject");
        identity
            .HasIndex(i => new
            {
                i.UserId,
                i.CreatedAt,
                i.Id,
            })
            .HasDatabaseName("ix_external_identities_user_id_created_at_id");
        identity
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(i => i.UserId)
            .HasConstraintName("fk_external_identities_users_user_id")
            .OnDelete(DeleteBehavior.Cascade);
    }
}
