using System.Globalization;
using System.Numerics;
using Heretix.Estimation;

namespace Heretix.Tests.Unit.Estimation;

public class GeneratorVectorTests
{
    private const string File = "rng_streams.json";

    public static TheoryData<int> Rows => Vectors.Rows(File);

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_seed_of_any_size_gives_the_reference_state(int row)
    {
        var vector = Vectors.Case(File, row);
        var generator = Seeded(row);

        ((BigInteger)generator.State).ToString(CultureInfo.InvariantCulture).ShouldBe(vector.Text("initial_state"));
        ((BigInteger)generator.Increment).ToString(CultureInfo.InvariantCulture).ShouldBe(vector.Text("inc"));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Words_of_64_bits_agree(int row)
    {
        var generator = Seeded(row);
        foreach (var word in Vectors.Case(File, row).GetProperty("raw_u64").EnumerateArray())
            generator.NextUInt64().ToString(CultureInfo.InvariantCulture).ShouldBe(word.GetString());
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Bounded_draws_agree_for_bounds_up_to_two_to_the_32(int row)
    {
        foreach (var bound in Vectors.Case(File, row).GetProperty("integers_0_n_size20_fresh").EnumerateObject())
        {
            var generator = Seeded(row);
            ulong n = ulong.Parse(bound.Name, CultureInfo.InvariantCulture);
            foreach (var draw in bound.Value.EnumerateArray())
                generator.NextBelow(n).ToString(CultureInfo.InvariantCulture).ShouldBe(draw.GetString());
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Choices_with_replacement_agree(int row)
    {
        foreach (var bound in Vectors.Case(File, row).GetProperty("choice_size20_fresh").EnumerateObject())
        {
            var generator = Seeded(row);
            int n = int.Parse(bound.Name, CultureInfo.InvariantCulture);
            foreach (var draw in bound.Value.EnumerateArray())
                generator.NextIndex(n).ToString(CultureInfo.InvariantCulture).ShouldBe(draw.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_waiting_half_word_survives_between_draws_of_different_bounds(int row)
    {
        var generator = Seeded(row);
        foreach (var step in Vectors.Case(File, row).GetProperty("interleaved_one_generator").EnumerateArray())
        {
            int templates = step.GetProperty("choice_T").GetInt32();
            int size = step.GetProperty("n").GetInt32();
            foreach (int expected in step.GetProperty("choice").Integers())
                generator.NextIndex(templates).ShouldBe(expected);
            foreach (int expected in step.GetProperty("ints").Integers())
                generator.NextIndex(size).ShouldBe(expected);
        }
    }

    private static Pcg64 Seeded(int row) =>
        new(BigInteger.Parse(Vectors.Case(File, row).Text("seed"), CultureInfo.InvariantCulture));
}
