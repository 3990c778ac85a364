using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Heretix.Lake.DuckDb;

/// <summary>Lists and arrays as JSON arrays, structs as objects, maps as objects with their keys as text.</summary>
internal static unsafe class NestedReader
{
    private readonly record struct ListEntry(ulong Offset, ulong Length);

    internal static ValueReader For(nint type) =>
        (TypeId)Native.TypeId(type) switch
        {
            TypeId.List => List(Child(Native.ListChildType(type))),
            TypeId.Array => Array(Child(Native.ArrayChildType(type)), Native.ArraySize(type)),
            TypeId.Map => Map(Child(Native.MapKeyType(type)), Child(Native.MapValueType(type))),
            _ => Struct(type),
        };

    private static ValueReader List(ValueReader child) =>
        Json(
            child.IsSupported,
            (json, vector, row) =>
            {
                ListEntry entry = vector.At<ListEntry>(row);
                WriteItems(json, vector.ListChild(), child, entry.Offset, entry.Length);
            }
        );

    private static ValueReader Array(ValueReader child, ulong size) =>
        Json(child.IsSupported, (json, vector, row) => WriteItems(json, vector.ArrayChild(), child, row * size, size));

    private static ValueReader Map(ValueReader key, ValueReader value) =>
        Json(
            key.IsSupported && value.IsSupported,
            (json, vector, row) =>
            {
                ListEntry entry = vector.At<ListEntry>(row);
                Vector pairs = vector.ListChild();
                Vector keys = pairs.StructChild(0);
                Vector values = pairs.StructChild(1);
                json.WriteStartObject();
                for (ulong i = entry.Offset; i < entry.Offset + entry.Length; i++)
                {
                    json.WritePropertyName(CellText.Of(key.Read(keys, i)));
                    CellText.WriteJson(json, value.Read(values, i), value.Kind);
                }
                json.WriteEndObject();
            }
        );

    private static ValueReader Struct(nint type)
    {
        int size = (int)Native.StructSize(type);
        string[] names = new string[size];
        ValueReader[] children = new ValueReader[size];
        for (int i = 0; i < size; i++)
        {
            byte* name = Native.StructChildName(type, (ulong)i);
            names[i] = DuckDbConnection.Text(name);
            Native.Free(name);
            children[i] = Child(Native.StructChildType(type, (ulong)i));
        }
        return Json(
            children.All(c => c.IsSupported),
            (json, vector, row) =>
            {
                json.WriteStartObject();
                for (int i = 0; i < size; i++)
                {
                    json.WritePropertyName(names[i]);
                    CellText.WriteJson(json, children[i].Read(vector.StructChild(i), row), children[i].Kind);
                }
                json.WriteEndObject();
            }
        );
    }

    private static void WriteItems(Utf8JsonWriter json, Vector items, ValueReader child, ulong offset, ulong length)
    {
        json.WriteStartArray();
        for (ulong i = offset; i < offset + length; i++)
        {
            CellText.WriteJson(json, child.Read(items, i), child.Kind);
        }
        json.WriteEndArray();
    }

    private static ValueReader Json(bool isSupported, Action<Utf8JsonWriter, Vector, ulong> write) =>
        new(
            ValueKind.Json,
            (vector, row) =>
            {
                ArrayBufferWriter<byte> buffer = new();
                using (Utf8JsonWriter json = new(buffer, CellText.JsonOptions))
                {
                    write(json, vector, row);
                }
                return Encoding.UTF8.GetString(buffer.WrittenSpan);
            },
            isSupported
        );

    private static ValueReader Child(nint type)
    {
        ValueReader reader = ValueReader.For(type);
        Native.DestroyLogicalType(ref type);
        return reader;
    }
}
