namespace Heretix.Estimation;

/// <summary>
/// Many congruential steps as one affine map, found by squaring (F. B. Brown 1994, "Random number generation with
/// arbitrary strides", Trans. Am. Nucl. Soc. 71).
/// </summary>
internal readonly record struct PcgJump(UInt128 Multiplier, UInt128 Increment)
{
    /// <summary>
    /// The map of <paramref name="steps"/> steps of the stream with this increment. The period is 2^128: so many steps
    /// less n are n steps back.
    /// </summary>
    public static PcgJump Of(UInt128 steps, UInt128 increment)
    {
        var total = new PcgJump(1, 0);
        var power = new PcgJump(new UInt128(Pcg64.MultiplierHigh, Pcg64.MultiplierLow), increment);
        for (; steps > 0; steps >>= 1)
        {
            if ((steps & 1) == UInt128.One)
                total = total.Then(power);
            power = power.Then(power);
        }

        return total;
    }

    public UInt128 From(UInt128 state) => (state * Multiplier) + Increment;

    private PcgJump Then(PcgJump next) =>
        new(Multiplier * next.Multiplier, (Increment * next.Multiplier) + next.Increment);
}
