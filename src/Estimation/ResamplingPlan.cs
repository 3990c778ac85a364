namespace Heretix.Estimation;

/// <summary>What one bootstrap iteration draws from and how it is summed up.</summary>
internal sealed class ResamplingPlan
{
    private readonly int _fixedDraws;

    /// <param name="values">All replicates, template after template.</param>
    /// <param name="sizes">Replicates per template.</param>
    /// <param name="options">Centre, trim and fixed draws.</param>
    public ResamplingPlan(double[] values, int[] sizes, BootstrapOptions options)
    {
        Values = values;
        Sizes = sizes;
        Starts = new int[sizes.Length];
        for (int i = 1; i < sizes.Length; i++)
            Starts[i] = Starts[i - 1] + sizes[i - 1];
        SmallestSize = LargestSize = sizes[0];
        foreach (int size in sizes)
        {
            SmallestSize = Math.Min(SmallestSize, size);
            LargestSize = Math.Max(LargestSize, size);
        }

        Trimmed = options.Center == Center.Trimmed;
        Cut = Trimmed ? TrimmedMean.Cut(sizes.Length, options.Trim) : 0;
        _fixedDraws = options.FixedDraws ?? int.MaxValue;
    }

    public double[] Values { get; }

    public int[] Sizes { get; }

    public int[] Starts { get; }

    public int Templates => Sizes.Length;

    public int SmallestSize { get; }

    public int LargestSize { get; }

    /// <summary>The size that all templates share, if they do.</summary>
    public int? EqualSize => SmallestSize == LargestSize ? LargestSize : null;

    public bool Trimmed { get; }

    /// <summary>Sorted template means left out at each end.</summary>
    public int Cut { get; }

    /// <summary>Replicates drawn from a template of this size.</summary>
    public int Draws(int size) => Math.Min(_fixedDraws, size);
}
