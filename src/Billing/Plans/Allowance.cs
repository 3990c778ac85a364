using System.ComponentModel;
using System.Globalization;

namespace Heretix.Billing.Plans;

/// <summary>How much a plan allows of a meter; written as a number or <c>unlimited</c>.</summary>
/// <param name="Limit">Uses in a period, 0 or more; null for no limit.</param>
[TypeConverter(typeof(AllowanceConverter))]
public readonly record struct Allowance(int? Limit) : IComparable<Allowance>
{
    private const string UnlimitedName = "unlimited";

    /// <summary>No limit.</summary>
    public static Allowance Unlimited { get; } = new(null);

    /// <summary>A number of uses.</summary>
    public static implicit operator Allowance(int limit) => new(limit);

    /// <summary>Reads a number or <c>unlimited</c>.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static Allowance Parse(string text)
    {
        if (text.Trim().Equals(UnlimitedName, StringComparison.OrdinalIgnoreCase))
            return Unlimited;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : throw new FormatException(
                $"'{text}' is not an allowance; write a number from 0 on, or '{UnlimitedName}'."
            );
    }

    /// <summary>No limit is more than any number.</summary>
    public int CompareTo(Allowance other) => (Limit ?? long.MaxValue).CompareTo(other.Limit ?? long.MaxValue);

    /// <summary>Less.</summary>
    public static bool operator <(Allowance left, Allowance right) => left.CompareTo(right) < 0;

    /// <summary>More.</summary>
    public static bool operator >(Allowance left, Allowance right) => left.CompareTo(right) > 0;

    /// <summary>No more.</summary>
    public static bool operator <=(Allowance left, Allowance right) => left.CompareTo(right) <= 0;

    /// <summary>No less.</summary>
    public static bool operator >=(Allowance left, Allowance right) => left.CompareTo(right) >= 0;

    /// <inheritdoc />
    public override string ToString() => Limit?.ToString(CultureInfo.InvariantCulture) ?? UnlimitedName;

    private sealed class AllowanceConverter : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
            sourceType == typeof(string);

        public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
            Parse((string)value);
    }
}
