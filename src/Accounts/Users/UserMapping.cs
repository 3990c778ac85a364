using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.Users;

internal sealed class UserMapping : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable("users", AccountsModule.Schema);
        user.HasKey(u => u.Id).HasName("pk_users");
        user.Property(u => u.Id).HasColumnName("id").ValueGeneratedNever();
        user.Property(u => u.Email).HasColumnName("email").HasMaxLength(320);
        user.Property(u => u.Status).HasColumnName("status").HasMaxLength(32);
        user.Property(u => u.PasswordHash).HasColumnName("password_hash").HasMaxLength(256);
        user.Property(u => u.CreatedAt).HasColumnName("created_at");
        user.Property(u => u.UpdatedAt).HasColumnName("updated_at");
        user.HasIndex(u => u.Email).IsUnique().HasDatabaseName("ux_users_email");
    }
}
