using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Billing.Ledger.Audit;

/// <summary>What the last audit found, wherever it ran; one row.</summary>
internal sealed class AuditNote
{
    /// <summary>Always 1.</summary>
    public short Id { get; init; }

    public DateTimeOffset AuditedAt { get; init; }

    public int Differences { get; init; }
}

internal sealed class AuditNoteMapping : IEntityTypeConfiguration<AuditNote>
{
    public void Configure(EntityTypeBuilder<AuditNote> note)
    {
        note.ToTable(
            "ledger_audits",
            BillingModule.Schema,
            table => table.HasCheckConstraint("ck_ledger_audits_id", "id = 1")
        );
        note.HasKey(n => n.Id).HasName("pk_ledger_audits");
        note.Property(n => n.Id).HasColumnName("id").ValueGeneratedNever();
        note.Property(n => n.AuditedAt).HasColumnName("audited_at");
        note.Property(n => n.Differences).HasColumnName("differences");
    }
}
