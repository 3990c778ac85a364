using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.Devices;

internal sealed class DeviceMapping : IEntityTypeConfiguration<Device>
{
    public void Configure(EntityTypeBuilder<Device> device)
    {
        device.ToTable(
            "devices",
            AccountsModule.Schema,
            table => table.HasCheckConstraint("ck_devices_fingerprint_hash", "octet_length(fingerprint_hash) = 32")
        );
        device.HasKey(d => d.Id).HasName("pk_devices");
        device.Property(d => d.Id).HasColumnName("id").ValueGeneratedNever();
        device.Property(d => d.UserId).HasColumnName("user_id");
        device.Property(d => d.FingerprintHash).HasColumnName("fingerprint_hash");
        device.Property(d => d.Name).HasColumnName("name").HasMaxLength(Device.LongestName);
        device.Property(d => d.Platform).HasColumnName("platform").HasMaxLength(16);
        device.Property(d => d.CreatedAt).HasColumnName("created_at");
        device.Property(d => d.LastSeenAt).HasColumnName("last_seen_at");
        device
            .HasIndex(d => new { d.UserId, d.FingerprintHash })
            .IsUnique()
            .HasDatabaseName("ux_devices_user_id_fingerprint_hash");
        device.HasIndex(d => d.LastSeenAt).HasDatabaseName("ix_devices_last_seen_at");
        device
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(d => d.UserId)
            .HasConstraintName("fk_devices_users_user_id")
            .OnDelete(DeleteBehavior.Cascade);
    }
}
