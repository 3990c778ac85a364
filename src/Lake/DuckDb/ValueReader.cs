namespace Heretix.Lake.DuckDb;

/// <summary>What a column's values are once read.</summary>
internal enum ValueKind
{
    Boolean,
    Number,
    Text,

    /// <summary>A list, struct or map, or DuckDB's own JSON, as a JSON text.</summary>
    Json,
}

/// <summary>
/// Reads the values of one type: <c>bool</c>, <c>long</c>, <c>ulong</c>, <c>Int128</c>, <c>UInt128</c>, <c>float</c>,
/// <c>double</c>, <c>decimal</c>, <c>string</c>, <c>DateOnly</c>, <c>TimeOnly</c>, <c>DateTime</c> (UTC), <c>Guid</c>,
/// <c>byte[]</c>. A number, date or time that its .NET type cannot hold is a <c>string</c>.
/// </summary>
internal sealed unsafe class ValueReader
{
    private static readonly Int128 MostDecimal = (Int128)decimal.MaxValue;
    private readonly Func<Vector, ulong, object> _read;

    internal ValueReader(ValueKind kind, Func<Vector, ulong, object> read, bool isSupported = true)
    {
        Kind = kind;
        _read = read;
        IsSupported = isSupported;
    }

    internal ValueKind Kind { get; }

    /// <summary>False for types whose values must be asked for as text.</summary>
    internal bool IsSupported { get; }

    internal object? Read(Vector vector, ulong row) => vector.IsNull(row) ? null : _read(vector, row);

    internal static ValueReader For(nint type) =>
        (TypeId)Native.TypeId(type) switch
        {
            TypeId.Boolean => new(ValueKind.Boolean, static (v, i) => v.At<byte>(i) != 0),
            TypeId.TinyInt => new(ValueKind.Number, static (v, i) => (long)v.At<sbyte>(i)),
            TypeId.SmallInt => new(ValueKind.Number, static (v, i) => (long)v.At<short>(i)),
            TypeId.Integer => new(ValueKind.Number, static (v, i) => (long)v.At<int>(i)),
            TypeId.BigInt => new(ValueKind.Number, static (v, i) => v.At<long>(i)),
            TypeId.UTinyInt => new(ValueKind.Number, static (v, i) => (long)v.At<byte>(i)),
            TypeId.USmallInt => new(ValueKind.Number, static (v, i) => (long)v.At<ushort>(i)),
            TypeId.UInteger => new(ValueKind.Number, static (v, i) => (long)v.At<uint>(i)),
            TypeId.UBigInt => new(ValueKind.Number, static (v, i) => v.At<ulong>(i)),
            TypeId.HugeInt => new(ValueKind.Number, static (v, i) => v.At<Int128>(i)),
            TypeId.UHugeInt => new(ValueKind.Number, static (v, i) => v.At<UInt128>(i)),
            TypeId.Float => new(ValueKind.Number, static (v, i) => v.At<float>(i)),
            TypeId.Double => new(ValueKind.Number, static (v, i) => v.At<double>(i)),
            TypeId.Decimal => Decimal(type),
            TypeId.Varchar => new(IsJson(type) ? ValueKind.Json : ValueKind.Text, static (v, i) => v.Text(i)),
            TypeId.Blob => new(ValueKind.Text, static (v, i) => v.Bytes(i).ToArray()),
            TypeId.Enum => Enum(type),
            TypeId.Uuid => new(ValueKind.Text, static (v, i) => Calendar.Uuid(v.At<UInt128>(i))),
            TypeId.Date => new(ValueKind.Text, static (v, i) => Calendar.Date(v.At<int>(i))),
            TypeId.Time => new(ValueKind.Text, static (v, i) => Calendar.Time(v.At<long>(i))),
            TypeId.Timestamp or TypeId.TimestampTz => Moment(TimeSpan.TicksPerMicrosecond),
            TypeId.TimestampMilliseconds => Moment(TimeSpan.TicksPerMillisecond),
            TypeId.TimestampSeconds => Moment(TimeSpan.TicksPerSecond),
            TypeId.TimestampNanoseconds => new(ValueKind.Text, static (v, i) => Calendar.Nanoseconds(v.At<long>(i))),
            TypeId.List or TypeId.Array or TypeId.Struct or TypeId.Map => NestedReader.For(type),
            TypeId.Null => new(ValueKind.Text, static (_, _) => ""),
            _ => new(ValueKind.Text, static (_, _) => "", isSupported: false),
        };

    private static bool IsJson(nint type)
    {
        byte* alias = Native.TypeAlias(type);
        bool isJson = alias is not null && DuckDbConnection.Text(alias) == "JSON";
        Native.Free(alias);
        return isJson;
    }

    private static ValueReader Moment(long ticksPerUnit) =>
        new(ValueKind.Text, (v, i) => Calendar.Moment(v.At<long>(i), ticksPerUnit));

    private static ValueReader Decimal(nint type)
    {
        byte scale = Native.DecimalScale(type);
        return new(
            ValueKind.Number,
            (TypeId)Native.DecimalInternalType(type) switch
            {
                TypeId.SmallInt => (v, i) => Scaled(v.At<short>(i), scale),
                TypeId.Integer => (v, i) => Scaled(v.At<int>(i), scale),
                TypeId.BigInt => (v, i) => Scaled(v.At<long>(i), scale),
                _ => (v, i) => Scaled(v.At<Int128>(i), scale),
            }
        );
    }

    /// <summary>38 digits are more than a <c>decimal</c> has; such a value is its digits.</summary>
    private static object Scaled(Int128 unscaled, byte scale)
    {
        Int128 magnitude = Int128.Abs(unscaled);
        if (magnitude <= MostDecimal && scale <= 28)
        {
            UInt128 bits = (UInt128)magnitude;
            return new decimal(
                (int)(uint)bits,
                (int)(uint)(bits >> 32),
                (int)(uint)(bits >> 64),
                Int128.IsNegative(unscaled),
                scale
            );
        }
        string digits = magnitude.ToString(null, null).PadLeft(scale + 1, '0');
        string sign = Int128.IsNegative(unscaled) ? "-" : "";
        return scale == 0 ? sign + digits : $"{sign}{digits[..^scale]}.{digits[^scale..]}";
    }

    private static ValueReader Enum(nint type)
    {
        string[] names = new string[Native.EnumSize(type)];
        for (int i = 0; i < names.Length; i++)
        {
            byte* name = Native.EnumValue(type, (ulong)i);
            names[i] = DuckDbConnection.Text(name);
            Native.Free(name);
        }
        return new(
            ValueKind.Text,
            (TypeId)Native.EnumInternalType(type) switch
            {
                TypeId.UTinyInt => (v, i) => names[v.At<byte>(i)],
                TypeId.USmallInt => (v, i) => names[v.At<ushort>(i)],
                _ => (v, i) => names[v.At<uint>(i)],
            }
        );
    }
}
