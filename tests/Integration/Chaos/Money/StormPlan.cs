namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>What somebody does in a step of the storm.</summary>
internal enum Act
{
    SignUp,
    Check,
    Checkout,
    ChangeAtProvider,
    BuyInStore,
    Buy,
    Reverse,
    RefundOrder,
    Debit,
    Refund,
    Adjust,
    Look,
}

/// <summary>A planned step.</summary>
/// <param name="What">What is done.</param>
/// <param name="Twice">It is sent twice at once, under one key, to both processes.</param>
/// <param name="Chance">Chooses everything else of the step.</param>
internal sealed record PlannedStep(Act What, bool Twice, Random Chance);

/// <summary>
/// What is planned is a function of seed, worker and step alone. What comes of it depends on time: on who is there already,
/// and on whom a kill hits.
/// </summary>
internal static class StormPlan
{
    /// <summary>The odds, of 100.</summary>
    private static readonly (Act What, int Odds)[] Odds =
    [
        (Act.SignUp, 5),
        (Act.Check, 19),
        (Act.Checkout, 11),
        (Act.ChangeAtProvider, 11),
        (Act.BuyInStore, 4),
        (Act.Buy, 13),
        (Act.Reverse, 7),
        (Act.RefundOrder, 4),
        (Act.Debit, 14),
        (Act.Refund, 6),
        (Act.Adjust, 4),
        (Act.Look, 2),
    ];

    /// <summary>A step of a worker; the first is to sign up.</summary>
    public static PlannedStep Step(int seed, int worker, int step)
    {
        var chance = Chance(seed, worker, step);
        var (draw, twice) = (chance.Next(Odds.Sum(each => each.Odds)), chance.Next(4) == 0);
        var at = 0;
        while (draw >= Odds[at].Odds)
            draw -= Odds[at++].Odds;
        return new PlannedStep(step == 0 ? Act.SignUp : Odds[at].What, twice, chance);
    }

    /// <summary>A generator of its own for each place in the storm (finaliser of SplitMix64 over the three numbers).</summary>
    public static Random Chance(int seed, int stream, int number)
    {
        var mixed = unchecked(((ulong)(uint)seed << 32) ^ ((ulong)(uint)stream * 0x9E3779B97F4A7C15) ^ (uint)number);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return new Random((int)((mixed ^ (mixed >> 31)) & int.MaxValue));
    }

    /// <summary>The id of what a step is about, the same whenever it is replayed.</summary>
    public static Guid Id(int seed, int worker, int step) =>
        new(seed, (short)worker, 0x4000, [.. BitConverter.GetBytes(step), .. "coin"u8]);
}
