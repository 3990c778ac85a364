using System.Globalization;

namespace Heretix.Lake.DuckDb;

/// <summary>DuckDB's dates, times and UUIDs in .NET's types, or in words when they lie outside the years 1 to 9999.</summary>
internal static class Calendar
{
    private const int DaysPer400Years = 146_097;
    private static readonly int UnixDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <param name="days">Since 1970-01-01; the ends of the range stand for the infinities.</param>
    internal static object Date(int days)
    {
        long number = (long)days + UnixDay;
        return days switch
        {
            int.MaxValue => "infinity",
            -int.MaxValue => "-infinity",
            _ when number >= DateOnly.MinValue.DayNumber && number <= DateOnly.MaxValue.DayNumber =>
                DateOnly.FromDayNumber((int)number),
            _ => FarDate(number),
        };
    }

    /// <param name="micros">Since midnight; 24:00:00 is allowed.</param>
    internal static object Time(long micros) =>
        micros < TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond
            ? new TimeOnly(micros * TimeSpan.TicksPerMicrosecond)
            : "24:00:00";

    /// <param name="units">Since 1970 in UTC; the ends of the range stand for the infinities.</param>
    /// <param name="ticksPerUnit">How many 100 ns one unit has.</param>
    internal static object Moment(long units, long ticksPerUnit)
    {
        if (units is long.MaxValue or -long.MaxValue)
        {
            return units > 0 ? "infinity" : "-infinity";
        }
        Int128 ticks = ((Int128)units * ticksPerUnit) + DateTime.UnixEpoch.Ticks;
        if (ticks >= 0 && ticks <= DateTime.MaxValue.Ticks)
        {
            return new DateTime((long)ticks, DateTimeKind.Utc);
        }
        Int128 time = ((ticks % TimeSpan.TicksPerDay) + TimeSpan.TicksPerDay) % TimeSpan.TicksPerDay;
        string date = FarDate((long)((ticks - time) / TimeSpan.TicksPerDay));
        return string.Create(CultureInfo.InvariantCulture, $"{date}T{new TimeOnly((long)time):HH:mm:ss.FFFFFF}Z");
    }

    /// <summary>Two digits more than .NET's clock has; those values are words.</summary>
    internal static object Nanoseconds(long nanos)
    {
        if (nanos is long.MaxValue or -long.MaxValue || nanos % 100 == 0)
        {
            return Moment(nanos is long.MaxValue or -long.MaxValue ? nanos : nanos / 100, 1);
        }
        long below = ((nanos % 1_000_000_000) + 1_000_000_000) % 1_000_000_000;
        DateTime second = DateTime.UnixEpoch.AddSeconds((nanos - below) / 1_000_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"{second:yyyy-MM-ddTHH:mm:ss}.{below:D9}Z");
    }

    /// <summary>The top bit is kept flipped so that UUIDs sort as signed numbers.</summary>
    internal static object Uuid(UInt128 stored)
    {
        UInt128 bits = stored ^ (UInt128.One << 127);
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The calendar repeats after 400 years, so the date is found in the years that .NET knows.</summary>
    private static string FarDate(long dayNumber)
    {
        long cycles = Math.DivRem(dayNumber, DaysPer400Years, out long rest);
        if (rest < 0)
        {
            (cycles, rest) = (cycles - 1, rest + DaysPer400Years);
        }
        DateOnly within = DateOnly.FromDayNumber((int)rest);
        return string.Create(CultureInfo.InvariantCulture, $"{within.Year + (cycles * 400)}-{within:MM-dd}");
    }
}
