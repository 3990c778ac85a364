using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.Devices;

internal sealed class DeviceRemovalMapping : IEntityTypeConfiguration<DeviceRemoval>
{
    public void Configure(EntityTypeBuilder<DeviceRemoval> removal)
    {
        removal.ToTable("device_removals", AccountsModule.Schema);
        removal.HasKey(r => new { r.UserId, r.Day }).HasName("pk_device_removals");
        removal.Property(r => r.UserId).HasColumnName("user_id");
        removal.Property(r => r.Day).HasColumnName("day");
        removal.Property(r => r.Used).HasColumnName("used");
        removal
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(r => r.UserId)
            .HasConstraintName("fk_device_removals_users_user_id")
            .OnDelete(DeleteBehavior.Cascade);
    }
}
