using System.Runtime.InteropServices;

namespace Heretix.Lake.DuckDb;

internal static unsafe partial class Native
{
    [LibraryImport(Library, EntryPoint = "duckdb_get_type_id")]
    internal static partial int TypeId(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_logical_type")]
    internal static partial void DestroyLogicalType(ref nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_logical_type_get_alias")]
    internal static partial byte* TypeAlias(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_decimal_scale")]
    internal static partial byte DecimalScale(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_decimal_internal_type")]
    internal static partial int DecimalInternalType(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_enum_internal_type")]
    internal static partial int EnumInternalType(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_enum_dictionary_size")]
    internal static partial uint EnumSize(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_enum_dictionary_value")]
    internal static partial byte* EnumValue(nint logicalType, ulong index);

    [LibraryImport(Library, EntryPoint = "duckdb_list_type_child_type")]
    internal static partial nint ListChildType(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_array_type_child_type")]
    internal static partial nint ArrayChildType(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_array_type_array_size")]
    internal static partial ulong ArraySize(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_map_type_key_type")]
    internal static partial nint MapKeyType(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_map_type_value_type")]
    internal static partial nint MapValueType(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_count")]
    internal static partial ulong StructSize(nint logicalType);

    [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_name")]
    internal static partial byte* StructChildName(nint logicalType, ulong index);

    [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_type")]
    internal static partial nint StructChildType(nint logicalType, ulong index);
}
