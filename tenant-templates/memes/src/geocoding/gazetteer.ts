import { cities } from './cities.js';
import { nowhere, type Geocoder, type Place, type Point } from './geocoder.js';

/** Beyond it a city says nothing about a point. */
const farthestKm = 500;
/** IUGG mean radius, https://doi.org/10.1007/s001900050278 */
const earthRadiusKm = 6371.0088;

/** Places from a list of big cities that ships with the template: the nearest one, and how near it is. */
export class Gazetteer implements Geocoder {
  placeOf(point: Point): Promise<Place> {
    return Promise.resolve(nearestCity(point));
  }
}

/** The nearest city of the list within 500 km, with the distance rounded up. */
export function nearestCity(point: Point): Place {
  let nearest = { distance: Infinity, name: '', country: '' };
  for (const [name, country, lat, lon] of cities) {
    const distance = distanceKm(point, { lat, lon });
    if (distance < nearest.distance) nearest = { distance, name, country };
  }
  const { distance, name, country } = nearest;
  if (distance > farthestKm) return nowhere;
  return { name, country, precision: `nearest city within ${Math.max(1, Math.ceil(distance))} km` };
}

/** Along the great circle (haversine). */
export function distanceKm(one: Point, other: Point): number {
  const lat = radians(other.lat - one.lat) / 2;
  const lon = radians(other.lon - one.lon) / 2;
  const a =
    Math.sin(lat) ** 2 + Math.cos(radians(one.lat)) * Math.cos(radians(other.lat)) * Math.sin(lon) ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(a)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
