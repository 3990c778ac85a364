using System.Diagnostics.Metrics;

namespace Heretix.Billing.Ledger;

/// <summary>How many transfers were asked for, by type and outcome.</summary>
internal sealed class LedgerMetrics(IMeterFactory meters)
{
    public const string Meter = "Heretix.Billing";

    private readonly Counter<long> transfers = meters
        .Create(Meter)
        .CreateCounter<long>(
            "heretix.ledger.transfers",
            unit: "{transfer}",
            description: "Transfers of coins that were asked for, by type and outcome."
        );

    public void Decided(string type, TransferOutcome outcome) =>
        transfers.Add(
            1,
            new("type", type),
            new(
                "outcome",
                outcome switch
                {
                    TransferOutcome.Done { Repeated: false } => "done",
                    TransferOutcome.Done => "repeated",
                    TransferOutcome.NotEnoughCoins => "not_enough_coins",
                    TransferOutcome.MoreThanPurchased => "more_than_purchased",
                    TransferOutcome.KeyTaken => "key_taken",
                    _ => "unknown",
                }
            )
        );
}
