using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Checks.Run;

/// <summary>A request that was let in, without address, agent or text. It outlives the check.</summary>
internal sealed class CheckRequest
{
    public Guid Id { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Given by clients that ask several models about one claim.</summary>
    public Guid RequestId { get; init; }

    public required string Mode { get; init; }
    public required string Env { get; init; }
    public Guid? UserId { get; init; }
    public string? AnonToken { get; init; }
    public Guid? CheckId { get; init; }

    /// <summary><c>running</c>, <c>completed</c>, or the code of the failure.</summary>
    public required string Outcome { get; set; }
}

internal sealed class CheckRequestMapping : IEntityTypeConfiguration<CheckRequest>
{
    public const string UserForeignKey = "fk_requests_users";

    public void Configure(EntityTypeBuilder<CheckRequest> request)
    {
        request.ToTable("requests", ChecksModule.Schema);
        request.HasKey(r => r.Id).HasName("pk_requests");
        request.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        request.Property(r => r.CreatedAt).HasColumnName("created_at");
        request.Property(r => r.RequestId).HasColumnName("request_id");
        request.Property(r => r.Mode).HasColumnName("mode").HasMaxLength(32);
        request.Property(r => r.Env).HasColumnName("env").HasMaxLength(16);
        request.Property(r => r.UserId).HasColumnName("user_id");
        request.Property(r => r.AnonToken).HasColumnName("anon_token").HasMaxLength(64);
        request.Property(r => r.CheckId).HasColumnName("check_id");
        request.Property(r => r.Outcome).HasColumnName("outcome").HasMaxLength(64);
        request
            .HasOne<User>()
            .WithMany()
            .HasForeignKey(r => r.UserId)
            .OnDelete(DeleteBehavior.SetNull)
            .HasConstraintName(UserForeignKey);
        request.HasIndex(r => r.UserId).HasDatabaseName("ix_requests_user_id");
        request.HasIndex(r => new { r.Env, r.AnonToken }).HasDatabaseName("ix_requests_env_anon_token");
        request.HasIndex(r => r.RequestId).HasDatabaseName("ix_requests_request_id");
        request.HasIndex(r => r.CheckId).HasDatabaseName("ix_requests_check_id");
    }
}
