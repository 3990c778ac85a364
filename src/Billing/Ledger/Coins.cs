using System.Globalization;

namespace Heretix.Billing.Ledger;

/// <summary>A number of coins, never less than none.</summary>
public readonly record struct Coins
{
    /// <summary>More than any account will hold; sums of the books stay far from the end of 64 bits.</summary>
    public const long Most = 1_000_000_000_000;

    /// <summary>So many coins.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than none, or more than <see cref="Most"/>.</exception>
    public Coins(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Most);
        Value = value;
    }

    /// <summary>The number.</summary>
    public long Value { get; }

    /// <inheritdoc />
    public override string ToString() =>
        Value == 1 ? "1 coin" : string.Create(CultureInfo.InvariantCulture, $"{Value:N0} coins");
}
