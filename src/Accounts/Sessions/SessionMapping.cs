using Heretix.Accounts.Devices;
using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.Sessions;

internal sealed class SessionMapping : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session)
    {
        session.ToTable(
            "sessions",
            AccountsModule.Schema,
            table =>
            {
                table.HasCheckConstraint("ck_sessions_kind", "kind in ('browser', 'api')");
                table.HasCheckConstraint(
                    "ck_sessions_token_expires_at",
                    "(kind = 'api') = (token_expires_at is not null)"
                );
            }
        );
        session.HasKey(s => s.Id).HasName("pk_sessions");
        session.Property(s => s.Id).HasColumnName("id").ValueGeneratedNever();
        session.Property(s => s.UserId).HasColumnName("user_id");
        session.Property(s => s.DeviceId).HasColumnName("device_id");
        session.Property(s => s.Kind).HasColumnName("kind").HasMaxLength(16);
        session.Property(s => s.TokenHash).HasColumnName("token_hash");
        session.Property(s => s.TokenExpiresAt).HasColumnName("token_expires_at");
        session.Property(s => s.CreatedAt).HasColumnName("created_at");
        session.Property(s => s.LastSeenAt).HasColumnName("last_seen_at");
        session.Property(s => s.ExpiresAt).HasColumnName("expires_at");
        session.Property(s => s.UserAgent).HasColumnName("user_agent").HasMaxLength(Session.LongestUserAgent);
        session.HasIndex(s => s.TokenHash).IsUnique().HasDatabaseName("ux_sessions_token_hash");
        session
            .HasIndex(s => new
            {
                s.UserId,
                s.CreatedAt,
                s.Id,
            })
            .HasDatabaseName("ix_sessions_user_id_created_at_id");
        session.HasIndex(s => s.DeviceId).HasDatabaseName("ix_sessions_device_id");
        session.HasIndex(s => s.LastSeenAt).HasDatabaseName("ix_sessions_last_seen_at");
        session
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(s => s.UserId)
            .HasConstraintName("fk_sessions_users_user_id")
            .OnDelete(DeleteBehavior.Cascade);
        session
            .HasOne<Device>()
            .WithMany()
            .HasForeignKey(s => s.DeviceId)
            .HasConstraintName("fk_sessions_devices_device_id")
            .OnDelete(DeleteBehavior.Cascade);
    }
}
